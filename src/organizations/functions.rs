//! Server functions of the organization.

use leptos::prelude::*;

use super::model::{OrganizationSummary, Workspace};
use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::server::{context, services::workspace};

/// The frame of a page in the organization `org` (its slug).
#[server(prefix = "/fn", endpoint = "get_workspace", input = server_fn::codec::GetUrl)]
pub async fn get_workspace(org: String) -> Result<Workspace, AppError> {
    let ctx = context::organization(&org).await?;
    let browser = context::browser().await?.ok_or(AppError::SignInRequired)?;
    workspace::open(&ctx, browser.id).await.map_err(context::refuse)
}

/// The organizations of whoever is signed in, by display name; empty for a visitor. For the landing page.
#[server(prefix = "/fn", endpoint = "list_organizations", input = server_fn::codec::GetUrl)]
pub async fn list_organizations() -> Result<Vec<OrganizationSummary>, AppError> {
    let Some(browser) = context::browser().await? else { return Ok(Vec::new()) };
    workspace::organizations_of(&context::app(), browser.id).await.map_err(context::refuse)
}
