//! Server functions of becoming a member by one's address.

use leptos::prelude::*;

use super::model::JoinOffer;
use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::server::{context, services::joining};

/// The organization that the reader may join; none for a visitor.
#[server(prefix = "/fn", endpoint = "get_join_offer", input = server_fn::codec::GetUrl)]
pub async fn get_join_offer() -> Result<Option<JoinOffer>, AppError> {
    let Some(ctx) = context::signed_in().await? else { return Ok(None) };
    joining::offer(&ctx).await.map_err(context::refuse)
}

/// Makes the reader a member of the organization `org`, and leads to where one sees it come.
#[server(prefix = "/fn", endpoint = "join_organization")]
pub async fn join_organization(org: String) -> Result<(), AppError> {
    let ctx = context::person().await?;
    joining::join(&ctx, &org).await.map_err(context::refuse)?;
    leptos_axum::redirect("/join");
    Ok(())
}

/// Asks for the reader to become a member of the organization `org`.
#[server(prefix = "/fn", endpoint = "ask_to_join")]
pub async fn ask_to_join(org: String) -> Result<(), AppError> {
    let ctx = context::person().await?;
    joining::ask(&ctx, &org).await.map(drop).map_err(context::refuse)
}
