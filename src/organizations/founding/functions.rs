//! Server functions of organizations that are being created.

use leptos::prelude::*;

use super::model::{Founding, FoundingOffer};
use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::server::{context, error::Error, services::founding};

/// What the page for a new organization can offer to its reader.
#[server(prefix = "/fn", endpoint = "get_founding_offer", input = server_fn::codec::GetUrl)]
pub async fn get_founding_offer() -> Result<FoundingOffer, AppError> {
    if context::app().management.is_none() {
        return Ok(FoundingOffer::Elsewhere);
    }
    match context::signed_in().await? {
        Some(ctx) => Ok(FoundingOffer::Form { under_way: founding::under_way(&ctx).await.map_err(context::refuse)? }),
        None => Ok(FoundingOffer::SignIn),
    }
}

/// Begins to create an organization and leads to where one sees it come. Fields: `name`, `slug`, which may be empty.
#[server(prefix = "/fn", endpoint = "create_organization")]
pub async fn create_organization(name: String, slug: String) -> Result<(), AppError> {
    let ctx = context::person().await?;
    let founding = founding::begin(&ctx, &name, &slug).await.map_err(context::refuse)?;
    leptos_axum::redirect(&format!("/new-organization/{}", founding.id));
    Ok(())
}

/// How far the organization is that the reader is creating.
#[server(prefix = "/fn", endpoint = "get_founding", input = server_fn::codec::GetUrl)]
pub async fn get_founding(id: String) -> Result<Founding, AppError> {
    let ctx = context::person().await?;
    founding::get(&ctx, parse(&id)?).await.map_err(context::refuse)
}

/// Tries again at once.
#[server(prefix = "/fn", endpoint = "hurry_founding")]
pub async fn hurry_founding(id: String) -> Result<(), AppError> {
    let ctx = context::person().await?;
    founding::hurry(&ctx, parse(&id)?).await.map(drop).map_err(context::refuse)
}

/// Gives up, and removes what there is of it.
#[server(prefix = "/fn", endpoint = "cancel_founding")]
pub async fn cancel_founding(id: String) -> Result<(), AppError> {
    let ctx = context::person().await?;
    founding::cancel(&ctx, parse(&id)?).await.map(drop).map_err(context::refuse)
}

#[cfg(feature = "ssr")]
fn parse(id: &str) -> Result<uuid::Uuid, AppError> {
    id.parse().map_err(|_| context::refuse(Error::NotFound))
}
