//! Server functions for organization setups.

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

/// Returns whether the visitor can create an organization, and their setups in progress.
#[server(prefix = "/fn", endpoint = "get_founding_offer", input = server_fn::codec::GetUrl)]
pub async fn get_setup_offer() -> Result<SetupOffer, AppError> {
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

/// Begins an organization setup and redirects to its progress page. An empty `slug` is derived from `name`.
#[server(prefix = "/fn", endpoint = "create_organization")]
pub async fn create_organization(name: String, slug: String) -> Result<(), AppError> {
    let ctx = request::person().await?;
    let setup = sync::organization_setup::begin(&ctx, &name, &slug).await.map_err(request::refuse)?;
    leptos_axum::redirect(&format!("/new-organization/{}", setup.id));
    Ok(())
}

/// Returns the state of one of the signed-in person's setups.
#[server(prefix = "/fn", endpoint = "get_founding", input = server_fn::codec::GetUrl)]
pub async fn get_setup(id: String) -> Result<OrganizationSetup, AppError> {
    let ctx = request::person().await?;
    organization_setup::get(&ctx, parse_id(&id)?).await.map_err(request::refuse)
}

/// Retries the setup now.
#[server(prefix = "/fn", endpoint = "hurry_founding")]
pub async fn retry_setup(id: String) -> Result<(), AppError> {
    let ctx = request::person().await?;
    sync::organization_setup::retry_now(&ctx, parse_id(&id)?).await.map(drop).map_err(request::refuse)
}

/// Cancels the setup and deletes what it has created at the provider.
#[server(prefix = "/fn", endpoint = "cancel_founding")]
pub async fn cancel_setup(id: String) -> Result<(), AppError> {
    let ctx = request::person().await?;
    organization_setup::cancel(&ctx, parse_id(&id)?).await.map(drop).map_err(request::refuse)
}

#[cfg(feature = "ssr")]
fn parse_id(id: &str) -> Result<uuid::Uuid, AppError> {
    id.parse().map_err(|_| request::refuse(Error::NotFound))
}
