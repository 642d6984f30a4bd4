//! Server functions for organization setups.

use leptos::prelude::*;

use crate::domain::{
    errors::AppError,
    organizations::setup::{OrganizationSetup, SetupOffer},
};
#[cfg(feature = "ssr")]
use crate::{
    server::{services::organization_setup, sync},
    web::request,
};

/// Returns whether the visitor can create an organization, and their setups in progress.
#[server(prefix = "/fn", endpoint = "get_founding_offer", protocol = crate::web::call::Get)]
pub async fn get_setup_offer() -> Result<SetupOffer, AppError> {
    request::respond(async || {
        if request::app().management.is_none() {
            return Ok(SetupOffer::Elsewhere);
        }
        Ok(match request::signed_in().await? {
            Some(ctx) => SetupOffer::Form { under_way: organization_setup::under_way(&ctx).await? },
            None => SetupOffer::SignIn,
        })
    })
    .await
}

/// Begins an organization setup and redirects to its progress page. An empty `slug` is derived from `name`.
#[server(prefix = "/fn", endpoint = "create_organization", protocol = crate::web::call::Post)]
pub async fn create_organization(name: String, slug: String) -> Result<(), AppError> {
    request::as_person(async |ctx| {
        let setup = sync::organization_setup::begin(&ctx, &name, &slug, request::form().is_some()).await?;
        leptos_axum::redirect(&format!("/new-organization/{}", setup.id));
        Ok(())
    })
    .await
}

/// Returns the state of one of the signed-in person's setups.
#[server(prefix = "/fn", endpoint = "get_founding", protocol = crate::web::call::Get)]
pub async fn get_setup(id: String) -> Result<OrganizationSetup, AppError> {
    request::as_person(async |ctx| organization_setup::get(&ctx, id.parse()?).await).await
}

/// Retries the setup now.
#[server(prefix = "/fn", endpoint = "hurry_founding", protocol = crate::web::call::Post)]
pub async fn retry_setup(id: String) -> Result<(), AppError> {
    request::as_person(async |ctx| sync::organization_setup::retry_now(&ctx, id.parse()?).await.map(drop)).await
}

/// Cancels the setup and deletes what it has created at the provider.
#[server(prefix = "/fn", endpoint = "cancel_founding", protocol = crate::web::call::Post)]
pub async fn cancel_setup(id: String) -> Result<(), AppError> {
    request::as_person(async |ctx| organization_setup::cancel(&ctx, id.parse()?).await.map(drop)).await
}
