//! Server functions of the organization.

use leptos::prelude::*;

use super::model::{Picker, RecentWorkspace, Workspace};
use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::server::{
    auth::recent,
    context,
    services::{
        choosing::{self, Wanted},
        workspace,
    },
};

/// The frame of a page in the organization `org` (its slug).
#[server(prefix = "/fn", endpoint = "get_workspace", input = server_fn::codec::GetUrl)]
pub async fn get_workspace(org: String) -> Result<Workspace, AppError> {
    let ctx = context::organization(&org).await?;
    let browser = context::browser().await?.ok_or(AppError::SignInRequired)?;
    workspace::open(&ctx, browser).await.map_err(context::refuse)
}

/// The workspaces of whoever is signed in, with `q` in their names: the first of them, or `all`. None for a visitor.
#[server(prefix = "/fn", endpoint = "list_organizations", input = server_fn::codec::GetUrl)]
pub async fn list_organizations(
    #[server(default)] q: String,
    #[server(default)] all: bool,
) -> Result<Picker, AppError> {
    let Some(browser) = context::browser().await? else { return Ok(Picker::default()) };
    let wanted = if !q.trim().is_empty() {
        Wanted::Named(&q)
    } else if all {
        Wanted::All
    } else {
        Wanted::Picker
    };
    choosing::picker(&context::app(), browser, wanted).await.map_err(context::refuse)
}

/// The workspaces last opened on this device.
#[server(prefix = "/fn", endpoint = "list_recent_workspaces", input = server_fn::codec::GetUrl)]
pub async fn list_recent_workspaces() -> Result<Vec<RecentWorkspace>, AppError> {
    Ok(recent::read(&context::app(), &context::headers().await?))
}
