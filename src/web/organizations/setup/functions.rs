//! Server functions of organizations that are being created.

use leptos::prelude::*;

use crate::domain::{
    errors::AppError,
    organizations::setup::{OrganizationSetup, SetupOffer},
};
#[cfg(feature = "ssr")]
use crate::{
    server::{error::Error, services::organization_setup, sync},
    web::request,
};

/// What the page for a new organization can offer to its reader.
#[server(prefix = "/fn", endpoint = "get_founding_offer", input = server_fn::codec::GetUrl)]
pub async fn get_founding_offer() -> Result<SetupOffer, AppError> {
    if request::app().management.is_none() {
        return Ok(SetupOffer::Elsewhere);
    }
    match request::signed_in().await? {
        Some(ctx) => {
            Ok(SetupOffer::Form { under_way: organization_setup::under_way(&ctx).await.map_err(request::refuse)? })
        }
        None => Ok(SetupOffer::SignIn),
    }
}

/// Begins to create an organization and leads to where one sees it come. Fields: `name`, `slug`, which may be empty.
#[server(prefix = "/fn", endpoint = "create_organization")]
pub async fn create_organization(name: String, slug: String) -> Result<(), AppError> {
    let ctx = request::person().await?;
    let founding = sync::organization_setup::begin(&ctx, &name, &slug).await.map_err(request::refuse)?;
    leptos_axum::redirect(&format!("/new-organization/{}", founding.id));
    Ok(())
}

/// How far the organization is that the reader is creating.
#[server(prefix = "/fn", endpoint = "get_founding", input = server_fn::codec::GetUrl)]
pub async fn get_founding(id: String) -> Result<OrganizationSetup, AppError> {
    let ctx = request::person().await?;
    organization_setup::get(&ctx, parse(&id)?).await.map_err(request::refuse)
}

/// Tries again at once.
#[server(prefix = "/fn", endpoint = "hurry_founding")]
pub async fn hurry_founding(id: String) -> Result<(), AppError> {
    let ctx = request::person().await?;
    sync::organization_setup::retry_now(&ctx, parse(&id)?).await.map(drop).map_err(request::refuse)
}

/// Gives up, and removes what there is of it.
#[server(prefix = "/fn", endpoint = "cancel_founding")]
pub async fn cancel_founding(id: String) -> Result<(), AppError> {
    let ctx = request::person().await?;
    organization_setup::cancel(&ctx, parse(&id)?).await.map(drop).map_err(request::refuse)
}

#[cfg(feature = "ssr")]
fn parse(id: &str) -> Result<uuid::Uuid, AppError> {
    id.parse().map_err(|_| request::refuse(Error::NotFound))
}
