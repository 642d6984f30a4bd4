//! Between which states a project lets its tasks move.

use std::collections::BTreeSet;

use super::project_settings::{begin, finish};
use crate::{
    domain::{keys::ProjectKey, permissions::Permission, projects::settings::Transitions},
    server::{access::OrgContext, error::Error, repo::projects},
};

const NONE: &str = "Tick at least one move, or let tasks move between all states.";

/// Between which states the project called `key` lets its tasks move.
///
/// # Errors
/// [`Error::Forbidden`] without `write:projects`; [`Error::NotFound`].
pub async fn get(ctx: &OrgContext, key: &ProjectKey) -> Result<Transitions, Error> {
    let mut tx = ctx.read(Permission::WriteProjects).await?;
    let project = projects::by_key(&mut tx, ctx.project_scope(), key).await?.ok_or(Error::NotFound)?;
    let allowed = projects::transitions(&mut tx, project.id).await?;
    Ok(Transitions { key: key.clone(), name: project.name, states: project.states, allowed })
}

/// Lets tasks move as `chosen` says, from and to, or between all states.
///
/// # Errors
/// [`Error::Forbidden`] without `write:projects`; [`Error::NotFound`]; [`Error::Invalid`] when no move would be left;
/// [`Error::BadRequest`] for a state that the project does not have.
pub async fn set(ctx: &OrgContext, key: &ProjectKey, chosen: Option<BTreeSet<(String, String)>>) -> Result<(), Error> {
    const ACTION: &str = "project.transitions";
    let (mut change, project) = begin(ctx, key, ACTION).await?;
    let chosen = match chosen {
        None => BTreeSet::new(),
        Some(chosen) if chosen.is_empty() => return Err(Error::invalid("moves", NONE)),
        Some(chosen) => chosen,
    };
    let is_known =
        |(from, to): &(String, String)| from != to && project.state(from).is_some() && project.state(to).is_some();
    if !chosen.iter().all(is_known) {
        return Err(Error::BadRequest);
    }
    // Every move is what there is without a word about it, for the states of later too.
    let count = project.states.len();
    let chosen = if chosen.len() == count * (count - 1) { BTreeSet::new() } else { chosen };
    projects::put_transitions(change.tx(), project.id, &chosen).await?;
    finish(change, &project, key, ACTION).await
}
