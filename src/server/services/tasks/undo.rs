//! Taking back what was done.

use std::collections::BTreeMap;

use super::desk::Desk;
use crate::{
    access::Permission,
    projects::key::ProjectKey,
    server::{
        access::OrgContext,
        error::Error,
        repo::{events, ids::BatchId, tasks},
        services::change::{Change, Done},
    },
    tasks::{event::Event, facts::TaskFacts},
};

const CHANGED_SINCE: &str = "Somebody has changed this since, so it can’t be undone. Nothing was changed.";

/// Takes back what the person did in `batch`, all of it or nothing. Nothing when it was taken back already.
///
/// # Errors
/// [`Error::Forbidden`] without `write:tasks`; [`Error::NotFound`] when the person did no such thing;
/// [`Error::Conflict`] when somebody has changed the same since.
pub async fn undo(ctx: &OrgContext, batch: BatchId) -> Result<Option<Done>, Error> {
    let mut change = Change::begin(ctx, Permission::WriteTasks, "task.undo", &batch.to_string()).await?;
    let done = events::of_batch(change.tx(), batch, ctx.person).await?;
    if done.is_empty() {
        return Err(Error::NotFound);
    }
    let mut by_project: BTreeMap<ProjectKey, Vec<(i64, Event)>> = BTreeMap::new();
    for (project, task, event) in done {
        let project = project.parse().map_err(|_| Error::Corrupt("project key"))?;
        // What concerns no task by itself, such as new ranks of a whole column, has changed nothing that people see.
        by_project.entry(project).or_default().extend(task.map(|task| (task, event)));
    }
    for (project, events) in by_project {
        let mut desk = Desk::open(&mut change, &project).await?;
        let id = desk.project().id;
        // The last thing first.
        for (number, event) in events.into_iter().rev() {
            let record = tasks::records(desk.change().tx(), id, &[number]).await?.remove(&number);
            let record = record.ok_or(Error::NotFound)?;
            let facts = before(&event, &record.facts)?;
            desk.save(number, record, facts).await?;
        }
    }
    change.commit().await
}

/// What a task was before `event`, given what it is now.
fn before(event: &Event, now: &TaskFacts) -> Result<TaskFacts, Error> {
    let mut facts = now.clone();
    match event {
        Event::Created { .. } => facts.is_deleted = true,
        Event::Changed { changes } => {
            for change in changes.iter().rev() {
                let inverted = change.clone().inverted();
                if !inverted.fits(&facts) {
                    return Err(Error::Conflict(CHANGED_SINCE));
                }
                inverted.apply(&mut facts);
            }
        }
        _ => return Err(Error::BadRequest),
    }
    Ok(facts)
}
