//! Server functions for the app shell and the lists of organizations.

use leptos::prelude::*;

use crate::domain::{
    errors::AppError,
    organizations::{OrganizationShell, Picker},
};
#[cfg(feature = "ssr")]
use crate::{
    domain::organizations::RecentOrganization,
    server::{
        auth::recent,
        error::Error,
        services::{
            shell,
            workspace_picker::{self, PickerQuery},
        },
    },
    web::request,
};

/// Returns the shell data of the organization with the slug `org`.
#[server(prefix = "/fn", endpoint = "get_workspace", protocol = crate::web::call::Get)]
pub async fn get_organization_shell(org: String) -> Result<OrganizationShell, AppError> {
    request::in_organization(&org, async |ctx| {
        let browser = request::browser().await?.ok_or(Error::SignInRequired)?;
        shell::open(&ctx, browser).await
    })
    .await
}

/// Lists the organizations of the signed-in person whose names contain `q`; unless `all`, only the first of them.
///
/// Empty for a visitor.
#[server(prefix = "/fn", endpoint = "list_organizations", protocol = crate::web::call::Get)]
pub async fn list_organizations(
    #[server(default)] q: String,
    #[server(default)] all: bool,
) -> Result<Picker, AppError> {
    request::respond(async || {
        let Some(browser) = request::browser().await? else { return Ok(Picker::default()) };
        let query = if !q.trim().is_empty() {
            PickerQuery::Named(&q)
        } else if all {
            PickerQuery::All
        } else {
            PickerQuery::Picker
        };
        workspace_picker::picker(&request::app(), browser, query).await
    })
    .await
}

/// Lists the organizations last opened on this device.
#[cfg(feature = "ssr")]
#[server(prefix = "/fn", endpoint = "list_recent_workspaces", protocol = crate::web::call::Get)]
pub async fn list_recent_workspaces() -> Result<Vec<RecentOrganization>, AppError> {
    request::respond(async || Ok(recent::read(&request::app(), &request::headers()))).await
}
