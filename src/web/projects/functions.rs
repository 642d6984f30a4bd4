//! Server functions of projects.

use leptos::prelude::*;

use crate::domain::{board::Board, errors::AppError, list::Listing};
#[cfg(feature = "ssr")]
use crate::{
    server::services::{projects, task_list},
    web::request,
};

/// Creates a project in the organization `org` and redirects to its board. Form fields: `name`, `key`, `start` (a
/// [`crate::domain::projects::template::ProjectSource`]; empty means the simplest template).
#[server(prefix = "/fn", endpoint = "create_project", protocol = crate::web::call::Post)]
pub async fn create_project(
    org: String,
    name: String,
    key: String,
    #[server(default)] start: String,
) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| {
        let key = projects::create(&ctx, &name, &key, &start).await?;
        leptos_axum::redirect(&format!("/o/{}/projects/{key}/board", ctx.slug));
        Ok(())
    })
    .await
}

/// Fetches the board of the project `key` with the tasks that match `query` ([`crate::domain::query`]).
#[server(prefix = "/fn", endpoint = "get_board", protocol = crate::web::call::Get)]
pub async fn get_board(org: String, key: String, #[server(default)] query: String) -> Result<Board, AppError> {
    request::in_organization(&org, async |ctx| projects::board(&ctx, &key.parse()?, &query).await).await
}

/// Fetches a page of the list of the project `key` with the tasks that match `query` ([`crate::domain::query`]).
#[server(prefix = "/fn", endpoint = "get_list", protocol = crate::web::call::Get)]
pub async fn get_list(org: String, key: String, #[server(default)] query: String) -> Result<Listing, AppError> {
    request::in_organization(&org, async |ctx| task_list::get(&ctx, &key.parse()?, &query).await).await
}

/// Fetches the numbers of all tasks of the project `key` that match `query`, in the order of its list; at most as many as
/// one edit can change.
#[server(prefix = "/fn", endpoint = "get_matching", protocol = crate::web::call::Get)]
pub async fn get_matching(org: String, key: String, #[server(default)] query: String) -> Result<Vec<i64>, AppError> {
    request::in_organization(&org, async |ctx| task_list::matching(&ctx, &key.parse()?, &query).await).await
}
