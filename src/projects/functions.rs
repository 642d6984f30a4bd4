//! Server functions of projects.

use leptos::prelude::*;

use super::model::Board;
use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::server::{context, error::Error, services::projects};

/// Creates a project in the organization `org` and leads to its board. Fields: `name`, `key`,
/// `start` (a [`super::start::Start`]; nothing is the simplest).
#[server(prefix = "/fn", endpoint = "create_project")]
pub async fn create_project(
    org: String,
    name: String,
    key: String,
    #[server(default)] start: String,
) -> Result<(), AppError> {
    let ctx = context::organization(&org).await?;
    let key = projects::create(&ctx, &name, &key, &start).await.map_err(context::refuse)?;
    leptos_axum::redirect(&format!("/o/{}/projects/{key}/board", ctx.slug));
    Ok(())
}

/// The board of the project `key`.
#[server(prefix = "/fn", endpoint = "get_board", input = server_fn::codec::GetUrl)]
pub async fn get_board(org: String, key: String) -> Result<Board, AppError> {
    let ctx = context::organization(&org).await?;
    let key = key.parse().map_err(|_| context::refuse(Error::NotFound))?;
    projects::board(&ctx, &key).await.map_err(context::refuse)
}
