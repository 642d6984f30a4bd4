//! The context of a call with an access token.

use super::{OrgContext, SignedIn};
use crate::{
    domain::{permissions::Permission, projects::ProjectSummary},
    server::{
        auth::bearer::AccessToken,
        db::{Mode, OrgTx},
        error::Error,
        fair_queue::{Slot, SlotKind},
        repo::callers::{self, Caller, Named},
        state::AppState,
    },
};

/// Returns the context of the person that `token` was issued for, and a slot of the organization. Its permissions are
/// those that both the token and the membership grant. The caller must hold neither a slot nor a transaction.
///
/// # Errors
/// [`Error::NotFound`] if the organization or the person is unknown, or the membership has ended; [`Error::TokenRevoked`]
/// if the provider has ended the person's sessions since it issued the token; [`Error::Busy`] if the turn of the request
/// does not come in time.
pub async fn from_token(state: &AppState, token: &AccessToken) -> Result<(OrgContext, Slot), Error> {
    let (context, slot, _) = find_caller(state, token, false).await?;
    Ok((context, slot))
}

/// Returns the projects that the person that `token` was issued for may see, by name, and a slot like [`from_token`].
///
/// # Errors
/// As [`from_token`]; [`Error::Forbidden`] without `read:projects`.
pub async fn projects_from_token(state: &AppState, token: &AccessToken) -> Result<(Vec<ProjectSummary>, Slot), Error> {
    let (context, slot, projects) = find_caller(state, token, true).await?;
    context.require(Permission::ReadProjects)?;
    Ok((projects, slot))
}

/// Reads everything that a call needs in one statement: the person, the membership and, on request, the projects.
async fn find_caller(
    state: &AppState,
    token: &AccessToken,
    with_projects: bool,
) -> Result<(OrgContext, Slot, Vec<ProjectSummary>), Error> {
    let named = Named { issuer: state.provider.issuer(), organization: &token.org_id, subject: &token.sub };
    let org = if let Some(org) = state.token_organizations.get(&token.org_id) {
        org
    } else {
        let org = callers::organization(&mut state.db.read().await?, named).await?.ok_or(Error::NotFound)?;
        state.token_organizations.insert(&token.org_id, org);
        org
    };
    let slot = state.slot(Some(*org), SlotKind::Request).await?;
    let mut tx = OrgTx::begin(&state.db, org, Mode::Read).await?;
    let caller = callers::find(&mut tx, named, with_projects).await?.ok_or(Error::NotFound)?;
    if caller.tokens_refused_until.is_some_and(|end| token.is_issued_until(end)) {
        return Err(Error::TokenRevoked);
    }
    let Caller { slug, display_name, id: person, who, membership, projects, .. } = caller;
    let membership = membership.ok_or(Error::NotFound)?;
    let context = SignedIn { org, slug, display_name, person, who }.with_membership(state, membership);
    let permissions = context.permissions.intersection(token.permissions);
    Ok((OrgContext { permissions, ..context }, slot, projects))
}
