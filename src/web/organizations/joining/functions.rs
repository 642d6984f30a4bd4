//! Server functions for joining an organization by email domain.

use leptos::prelude::*;

use crate::domain::{errors::AppError, organizations::joining::JoinOffer};
#[cfg(feature = "ssr")]
use crate::{server::services::joining, web::request};

/// Returns the organization that the signed-in person may join. `None` for a visitor.
#[server(prefix = "/fn", endpoint = "get_join_offer", input = server_fn::codec::GetUrl)]
pub async fn get_join_offer() -> Result<Option<JoinOffer>, AppError> {
    let Some(ctx) = request::signed_in().await? else { return Ok(None) };
    joining::offer(&ctx).await.map_err(request::refuse)
}

/// Joins the organization with the slug `org` and redirects to the progress page.
#[server(prefix = "/fn", endpoint = "join_organization")]
pub async fn join_organization(org: String) -> Result<(), AppError> {
    let ctx = request::person().await?;
    joining::join(&ctx, &org).await.map_err(request::refuse)?;
    leptos_axum::redirect("/join");
    Ok(())
}

/// Creates a join request for the organization with the slug `org`.
#[server(prefix = "/fn", endpoint = "ask_to_join")]
pub async fn ask_to_join(org: String) -> Result<(), AppError> {
    let ctx = request::person().await?;
    joining::ask(&ctx, &org).await.map(drop).map_err(request::refuse)
}
