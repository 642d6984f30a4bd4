//! Loads the data of the application shell around the pages of an organization.

use super::workspace_picker::{self, ShellData};
use crate::{
    domain::{
        organizations::{OrganizationShell, OrganizationSummary},
        permissions::Permission,
    },
    server::{access::OrgContext, auth::session::Browser, error::Error, repo::projects},
};

/// Loads the shell for the person in `ctx`. `browser` may hold further seats, in other organizations and of other
/// people.
///
/// # Errors
/// [`Error::Forbidden`] without `read:projects`.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn open(ctx: &OrgContext, browser: Browser) -> Result<OrganizationShell, Error> {
    let ShellData { person, organizations, others } =
        workspace_picker::shell_data(ctx.state(), browser, ctx.person, &ctx.slug).await?;
    let mut tx = ctx.read(Permission::ReadProjects).await?;
    let (projects, unread) = projects::list_with_unread(&mut tx, ctx.project_scope(), ctx.now()).await?;
    let unread = if ctx.permissions.allow(Permission::ReadTasks) { unread } else { 0 };
    let organization =
        OrganizationSummary { slug: ctx.slug.clone(), display_name: ctx.display_name.clone(), role: ctx.role };
    let (permissions, as_of) = (ctx.permissions, ctx.as_of);
    let person_id = ctx.person.0;
    Ok(OrganizationShell {
        organization,
        organizations,
        person,
        person_id,
        others,
        permissions,
        projects,
        unread,
        as_of,
    })
}
