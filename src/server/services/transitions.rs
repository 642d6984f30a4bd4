//! Reads and sets the state transitions that a project allows.

use std::collections::BTreeSet;

use super::project_settings::{begin, finish};
use crate::{
    domain::{keys::ProjectKey, permissions::Permission, projects::settings::Transitions},
    server::{access::OrgContext, error::Error, repo::projects},
};

const NO_TRANSITIONS: &str = "Select at least one transition, or allow all of them.";

/// Returns the transitions that the project `key` allows.
///
/// # Errors
/// [`Error::Forbidden`] without `write:projects`; [`Error::NotFound`].
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn get(ctx: &OrgContext, key: &ProjectKey) -> Result<Transitions, Error> {
    let mut tx = ctx.read(Permission::WriteProjects).await?;
    let project = projects::by_key(&mut tx, ctx.project_scope(), key).await?.ok_or(Error::NotFound)?;
    let allowed = projects::transitions(&mut tx, project.id).await?;
    Ok(Transitions { key: key.clone(), name: project.name, states: project.states, allowed })
}

/// Sets the allowed transitions as pairs of state slugs (from, to); `None` allows every transition.
///
/// # Errors
/// [`Error::Forbidden`] without `write:projects`; [`Error::NotFound`]; [`Error::Invalid`] if no transition would be
/// left; [`Error::BadRequest`] if a state is not one of the project.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn set(ctx: &OrgContext, key: &ProjectKey, allowed: Option<BTreeSet<(String, String)>>) -> Result<(), Error> {
    const ACTION: &str = "project.transitions";
    let (mut work, project) = begin(ctx, key, ACTION).await?;
    let allowed = match allowed {
        None => BTreeSet::new(),
        Some(allowed) if allowed.is_empty() => return Err(Error::invalid("moves", NO_TRANSITIONS)),
        Some(allowed) => allowed,
    };
    let is_valid =
        |(from, to): &(String, String)| from != to && project.state(from).is_some() && project.state(to).is_some();
    if !allowed.iter().all(is_valid) {
        return Err(Error::BadRequest);
    }
    // If all transitions are allowed, none is stored, so that states added later are not restricted.
    let count = project.states.len();
    let allowed = if allowed.len() == count * (count - 1) { BTreeSet::new() } else { allowed };
    projects::replace_transitions(work.tx(), project.id, &allowed).await?;
    finish(work, &project, key, ACTION).await
}
