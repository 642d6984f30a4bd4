//! The frame around an organization's pages.

use crate::{
    access::Permission,
    organizations::model::{OrganizationSummary, Workspace},
    server::{
        access::OrgContext,
        error::Error,
        repo::{
            ids::{BrowserId, PersonId},
            organizations, people, projects, seats,
        },
        state::AppState,
    },
};

/// Everything the frame shows to the person in `ctx`. `browser` is where they sit, perhaps in other organizations too
/// and as other people there.
///
/// # Errors
/// [`Error::Forbidden`] without `read:projects`.
pub async fn open(ctx: &OrgContext, browser: BrowserId) -> Result<Workspace, Error> {
    let organizations = organizations_of(ctx.state(), browser).await?;
    let person = people::describe(&mut ctx.state().db.read().await?, ctx.person).await?.ok_or(Error::NotFound)?;
    let projects = projects::list(&mut ctx.read(Permission::ReadProjects).await?).await?;
    let organization =
        OrganizationSummary { slug: ctx.slug.clone(), display_name: ctx.display_name.clone(), role: ctx.role };
    Ok(Workspace { organization, organizations, person, permissions: ctx.permissions, projects })
}

/// The organizations of everyone whom `browser` is signed in as.
///
/// # Errors
/// When the database does not answer.
pub async fn organizations_of(state: &AppState, browser: BrowserId) -> Result<Vec<OrganizationSummary>, Error> {
    let mut tx = state.db.read().await?;
    let people: Vec<PersonId> = seats::people(&mut tx, browser, state.clock.now()).await?;
    organizations::of_people(&mut tx, &people).await
}
