//! Server functions of the organization.

use leptos::prelude::*;

use super::model::{OrganizationSummary, Workspace};
use crate::error::AppError;

/// The frame of a page in the organization `org` (its slug).
#[server(prefix = "/fn", endpoint = "get_workspace", input = server_fn::codec::GetUrl)]
pub async fn get_workspace(org: String) -> Result<Workspace, AppError> {
    todo!("{org}")
}

/// The organizations of whoever is signed in, by display name; empty for a visitor. For the landing page.
#[server(prefix = "/fn", endpoint = "list_organizations", input = server_fn::codec::GetUrl)]
pub async fn list_organizations() -> Result<Vec<OrganizationSummary>, AppError> {
    todo!()
}
