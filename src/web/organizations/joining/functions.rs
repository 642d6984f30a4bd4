//! Server functions of becoming a member by one's address.

use leptos::prelude::*;

use crate::domain::{errors::AppError, organizations::joining::JoinOffer};
#[cfg(feature = "ssr")]
use crate::{server::services::joining, web::request};

/// The organization that the reader may join; none for a visitor.
#[server(prefix = "/fn", endpoint = "get_join_offer", input = server_fn::codec::GetUrl)]
pub async fn get_join_offer() -> Result<Option<JoinOffer>, AppError> {
    let Some(ctx) = request::signed_in().await? else { return Ok(None) };
    joining::offer(&ctx).await.map_err(request::refuse)
}

/// Makes the reader a member of the organization `org`, and leads to where one sees it come.
#[server(prefix = "/fn", endpoint = "join_organization")]
pub async fn join_organization(org: String) -> Result<(), AppError> {
    let ctx = request::person().await?;
    joining::join(&ctx, &org).await.map_err(request::refuse)?;
    leptos_axum::redirect("/join");
    Ok(())
}

/// Asks for the reader to become a member of the organization `org`.
#[server(prefix = "/fn", endpoint = "ask_to_join")]
pub async fn ask_to_join(org: String) -> Result<(), AppError> {
    let ctx = request::person().await?;
    joining::ask(&ctx, &org).await.map(drop).map_err(request::refuse)
}
