//! Undoes a batch of changes.

use std::collections::{BTreeMap, BTreeSet};

use super::{project_writer::ProjectWriter, relations};
use crate::{
    domain::{
        ids::BatchId,
        inbox::Reason,
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
        repo::{audit::Outcome, events, notifications},
        services::unit_of_work::{Done, UnitOfWork},
    },
};

const ACTION: &str = "task.undo";

const CHANGED_SINCE: &str = "Someone has changed this since, so it can’t be undone. Nothing was changed.";

/// A batch that was undone.
#[derive(Clone, Copy, Debug)]
pub struct Undone {
    /// Undoes the undo. `None` if everything was as before already.
    pub done: Option<Done>,
    /// The number of tasks that are as before now.
    pub restored: usize,
    /// The number of tasks of the batch.
    pub of: usize,
}

/// Undoes what the person did in `batch`. A task that has changed since stays as it is. The notifications of assignments are
/// withdrawn.
///
/// # Errors
/// [`Error::Forbidden`] without `write:tasks`, or without `delete:tasks` if the undo moves tasks to the trash or out of
/// it; [`Error::NotFound`] if the person has no such batch; [`Error::Conflict`] if all tasks have changed since, or the batch has
/// changes that cannot be undone.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn undo(ctx: &OrgContext, batch: BatchId) -> Result<Undone, Error> {
    let mut work = UnitOfWork::begin(ctx, Permission::WriteTasks, ACTION, &batch.to_string()).await?;
    let done = events::of_batch(work.tx(), batch, ctx.person).await?;
    if done.is_empty() {
        return Err(Error::NotFound);
    }
    let needs_delete = done.iter().any(|(.., event)| involves_trash(event));
    if needs_delete && !ctx.permissions.allow(Permission::DeleteTasks) {
        // The person lacks the permission: record the refusal in the audit log.
        drop(work);
        work = UnitOfWork::begin(ctx, Permission::DeleteTasks, ACTION, &batch.to_string()).await?;
    }
    let mut by_project: BTreeMap<ProjectKey, BTreeMap<i64, Vec<Event>>> = BTreeMap::new();
    let mut related = Vec::new();
    let mut restored = BTreeSet::new();
    let mut changed_since = 0;
    for (project, task, event) in done {
        let project = project.parse().map_err(|_| Error::Corrupt("project key"))?;
        if let (Some(number), Event::Related { .. } | Event::Unrelated { .. }) = (task, &event) {
            related.push((TaskKey { project, number }, event));
            continue;
        }
        // Events without a task, such as new ranks of a column, change nothing that people see.
        let tasks = by_project.entry(project).or_default();
        if let Some(task) = task {
            tasks.entry(task).or_default().push(event);
        }
    }
    for (project, events) in by_project {
        let numbers = events.keys().copied().collect::<Vec<_>>();
        let (mut writer, mut records) = ProjectWriter::open_with(&mut work, &project, &numbers).await?;
        for (number, events) in events {
            let record = records.remove(&number).ok_or(Error::NotFound)?;
            // The latest event first.
            let fields = events.iter().rev().try_fold(record.fields.clone(), |fields, event| before(event, fields));
            match fields {
                Ok(fields) => {
                    writer.save(number, record, fields).await?;
                    restored.insert(TaskKey { project: project.clone(), number });
                }
                Err(Error::Conflict(reason)) if reason == CHANGED_SINCE => changed_since += 1,
                Err(error) => return Err(error),
            }
        }
    }
    if changed_since > 0 && restored.is_empty() {
        return Err(Error::Conflict(CHANGED_SINCE));
    }
    if !relations::undo(&mut work, &related).await? {
        return Err(Error::Conflict(CHANGED_SINCE));
    }
    if needs_delete && !work.is_empty() {
        ctx.record(work.tx(), ACTION, &batch.to_string(), Outcome::Done).await?;
    }
    notifications::delete_of_batch(work.tx(), batch, Reason::Assigned).await?;
    restored.extend(related.into_iter().map(|(task, _)| task));
    let restored = restored.len();
    Ok(Undone { done: work.commit().await?, restored, of: restored + changed_since })
}

/// Whether undoing `event` moves a task to the trash or out of it.
#[must_use]
pub fn involves_trash(event: &Event) -> bool {
    match event {
        Event::Created { .. } => true,
        Event::Changed { changes, .. } => changes.iter().any(|change| matches!(change, FieldChange::Deleted(_))),
        _ => false,
    }
}

/// Returns the fields of a task before `event`, given those after it.
fn before(event: &Event, mut fields: TaskFields) -> Result<TaskFields, Error> {
    match event {
        Event::Created { .. } => fields.is_deleted = true,
        Event::Changed { changes, .. } => {
            for change in changes.iter().rev() {
                let inverted = change.clone().inverted();
                if !inverted.fits(&fields) {
                    return Err(Error::Conflict(CHANGED_SINCE));
                }
                inverted.apply(&mut fields);
            }
        }
        _ => return Err(Error::Conflict("This change can’t be undone. Nothing was changed.")),
    }
    Ok(fields)
}
