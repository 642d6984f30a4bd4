//! Server functions for joining an organization by email domain.

use leptos::prelude::*;

use crate::domain::{errors::AppError, organizations::joining::JoinOffer};
#[cfg(feature = "ssr")]
use crate::{server::services::joining, web::request};

/// Returns the organization that the signed-in person may join. `None` for a visitor.
#[server(prefix = "/fn", endpoint = "get_join_offer", protocol = crate::web::call::Get)]
pub async fn get_join_offer() -> Result<Option<JoinOffer>, AppError> {
    request::respond(async || match request::signed_in().await? {
        Some(ctx) => joining::offer(&ctx).await,
        None => Ok(None),
    })
    .await
}

/// Joins the organization with the slug `org` and redirects to the progress page.
#[server(prefix = "/fn", endpoint = "join_organization", protocol = crate::web::call::Post)]
pub async fn join_organization(org: String) -> Result<(), AppError> {
    request::as_person(async |ctx| {
        joining::join(&ctx, &org).await?;
        leptos_axum::redirect("/join");
        Ok(())
    })
    .await
}

/// Creates a join request for the organization with the slug `org`.
#[server(prefix = "/fn", endpoint = "ask_to_join", protocol = crate::web::call::Post)]
pub async fn ask_to_join(org: String) -> Result<(), AppError> {
    request::as_person(async |ctx| joining::ask(&ctx, &org).await.map(drop)).await
}
