//! Taking back what was done.

use std::collections::BTreeMap;

use super::{project_writer::ProjectWriter, relations};
use crate::{
    domain::{
        ids::BatchId,
        keys::{ProjectKey, TaskKey},
        permissions::Permission,
        tasks::{
            event::Event,
            fields::{FieldChange, TaskFields},
        },
    },
    server::{
        access::OrgContext,
        error::Error,
        repo::{audit::Outcome, events, tasks},
        services::unit_of_work::{Done, UnitOfWork},
    },
};

const ACTION: &str = "task.undo";

const CHANGED_SINCE: &str = "Somebody has changed this since, so it can’t be undone. Nothing was changed.";

/// Takes back what the person did in `batch`, all of it or nothing. Nothing when it was taken back already.
///
/// # Errors
/// [`Error::Forbidden`] without `write:tasks`, for what puts tasks into the bin or takes them out without `delete:tasks`;
/// [`Error::NotFound`] when the person did no such thing;
/// [`Error::Conflict`] when somebody has changed the same since.
pub async fn undo(ctx: &OrgContext, batch: BatchId) -> Result<Option<Done>, Error> {
    let mut change = UnitOfWork::begin(ctx, Permission::WriteTasks, ACTION, &batch.to_string()).await?;
    let done = events::of_batch(change.tx(), batch, ctx.person).await?;
    if done.is_empty() {
        return Err(Error::NotFound);
    }
    let is_deleting = done.iter().any(|(.., event)| concerns_the_bin(event));
    if is_deleting && !ctx.permissions.allow(Permission::DeleteTasks) {
        // Refused, and on record.
        drop(change);
        change = UnitOfWork::begin(ctx, Permission::DeleteTasks, ACTION, &batch.to_string()).await?;
    }
    let mut by_project: BTreeMap<ProjectKey, BTreeMap<i64, Vec<Event>>> = BTreeMap::new();
    let mut related = Vec::new();
    for (project, task, event) in done {
        let project = project.parse().map_err(|_| Error::Corrupt("project key"))?;
        if let (Some(number), Event::Related { .. } | Event::Unrelated { .. }) = (task, &event) {
            related.push((TaskKey { project, number }, event));
            continue;
        }
        // What concerns no task by itself, such as new ranks of a whole column, has changed nothing that people see.
        let tasks = by_project.entry(project).or_default();
        if let Some(task) = task {
            tasks.entry(task).or_default().push(event);
        }
    }
    for (project, events) in by_project {
        let mut desk = ProjectWriter::open(&mut change, &project).await?;
        let (id, numbers) = (desk.project().id, events.keys().copied().collect::<Vec<_>>());
        let mut records = tasks::records(desk.change().tx(), id, &numbers).await?;
        for (number, events) in events {
            let record = records.remove(&number).ok_or(Error::NotFound)?;
            // The last thing first.
            let facts = events.iter().rev().try_fold(record.facts.clone(), |facts, event| before(event, facts))?;
            desk.save(number, record, facts).await?;
        }
    }
    if !relations::take_back(&mut change, &related).await? {
        return Err(Error::Conflict(CHANGED_SINCE));
    }
    if is_deleting && !change.is_empty() {
        ctx.record(change.tx(), ACTION, &batch.to_string(), Outcome::Done).await?;
    }
    change.commit().await
}

/// Whether undoing it puts a task into the bin, or takes it out.
#[must_use]
pub fn concerns_the_bin(event: &Event) -> bool {
    match event {
        Event::Created { .. } => true,
        Event::Changed { changes } => changes.iter().any(|change| matches!(change, FieldChange::Deleted(_))),
        _ => false,
    }
}

/// What a task was before `event`, given what it was after it.
fn before(event: &Event, mut facts: TaskFields) -> Result<TaskFields, Error> {
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
