//! Creates, edits and moves tasks.

mod detail;
mod edit;
mod position;
mod project_writer;
mod relations;
mod texts;
mod undo;
mod watching;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    text,
    unit_of_work::{Done, UnitOfWork},
};
use crate::{
    domain::{
        errors::FieldError,
        keys::{ProjectKey, TaskKey},
        permissions::Permission,
        tasks::{
            AT_ONCE_MAX, Moved, TITLE_MAX, TaskCard, TaskDetail, event::Event, fields::TaskFields, lane::LaneMove,
        },
    },
    server::{
        access::OrgContext,
        error::Error,
        repo::{
            audit::Outcome,
            projects,
            tasks::{self, NewTask, TaskUpdate},
        },
    },
};

pub(super) use self::project_writer::ProjectWriter;
pub use self::{
    edit::Edit,
    relations::{relate, unrelate},
    texts::{compare, update},
    undo::{Undone, involves_trash, undo},
    watching::watch,
};
pub use crate::server::repo::tasks::Anchor;

const PARENT_IN_TRASH: &str =
    "This task is in the bin, so you can’t add subtasks. Restore it first; your text is still here.";

/// Returns the task `key`.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`; [`Error::NotFound`].
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn get(ctx: &OrgContext, key: &TaskKey) -> Result<TaskDetail, Error> {
    let mut tx = ctx.read(Permission::ReadTasks).await?;
    let task = detail::load(ctx, &mut tx, key).await?;
    drop(tx);
    task.render(ctx).await
}

/// Creates a task at the end of the column `state`.
///
/// # Errors
/// [`Error::Forbidden`] without `write:tasks`; [`Error::NotFound`] if the project does not exist; [`Error::Invalid`]
/// for `title`; [`Error::BadRequest`] if the project has no such state.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn create(ctx: &OrgContext, project: &ProjectKey, state: &str, title: &str) -> Result<TaskCard, Error> {
    create_in(ctx, project, Some(state), title, None).await
}

/// Creates a subtask of the task `key`, at the end of the first column of the category "unstarted".
///
/// # Errors
/// [`Error::Forbidden`] without `write:tasks`; [`Error::NotFound`]; [`Error::Invalid`] for `title`; [`Error::Conflict`]
/// if the task is in the trash.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn create_part(ctx: &OrgContext, key: &TaskKey, title: &str) -> Result<TaskCard, Error> {
    create_in(ctx, &key.project, None, title, Some(key.number)).await
}

async fn create_in(
    ctx: &OrgContext,
    project: &ProjectKey,
    state: Option<&str>,
    title: &str,
    parent: Option<i64>,
) -> Result<TaskCard, Error> {
    let mut work = UnitOfWork::begin(ctx, Permission::WriteTasks, "task.create", project.as_str()).await?;
    let title = text::line("title", "a title", title, TITLE_MAX).map_err(|field| Error::Invalid(vec![field]))?;
    let (mut writer, mut records) = ProjectWriter::open_with(&mut work, project, parent.as_slice()).await?;
    let state = state.map_or_else(|| writer.initial_state(), |state| Ok(state.to_owned()))?;
    let state = state.as_str();
    let id = writer.project().id;
    if let Some(parent) = parent {
        let parent_record = records.remove(&parent);
        if parent_record.ok_or(Error::NotFound)?.fields.is_deleted {
            return Err(Error::Conflict(PARENT_IN_TRASH));
        }
    }
    let is_done = writer.state(state)?.category.is_done();
    let number = projects::claim_numbers(writer.work().tx(), id, 1).await?;
    let position = writer.last_position(number, state).await?;
    let fields = TaskFields { title, position, parent, ..TaskFields::default() };
    writer.validate(number, &TaskFields::default(), &fields).await?;
    let new = NewTask { number, fields: &fields, created_by: ctx.person, is_done };
    tasks::insert(work.tx(), id, new, ctx.now()).await?;
    let card = TaskCard::of(number, &fields);
    work.emit(id, Some(number), Event::Created { fields: Box::new(fields) });
    work.commit().await?;
    Ok(card)
}

/// Applies `edit` to all tasks `keys` or to none. Returns `None` if nothing changed.
///
/// # Errors
/// [`Error::Forbidden`] without `write:tasks`, or `delete:tasks` for the trash; [`Error::NotFound`] if a task does not
/// exist; [`Error::Invalid`] if the project does not allow the edit, or for more than [`AT_ONCE_MAX`] `keys`.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn edit(ctx: &OrgContext, keys: &[TaskKey], edit: &Edit) -> Result<Option<Done>, Error> {
    Ok(edit_all(ctx, keys, std::slice::from_ref(edit)).await?.0)
}

/// Moves the task `key` to the column `state` and, with `lane_move`, from one lane to another, in one unit of work.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn move_to(
    ctx: &OrgContext,
    key: &TaskKey,
    state: &str,
    anchor: Anchor,
    lane_move: Option<LaneMove>,
) -> Result<Moved, Error> {
    let mut edits = vec![Edit::Move { state: state.to_owned(), anchor }];
    edits.extend(lane_move.into_iter().flat_map(Edit::of_lane_move));
    let (done, fields) = edit_all(ctx, std::slice::from_ref(key), &edits).await?;
    let position = fields.into_iter().next().ok_or(Error::NotFound)?.position;
    Ok(Moved { position, undo: done.map(|done| done.batch.0), event: done.map(|done| done.last) })
}

/// Applies `edits` to all `keys`. The first edit decides the permission and the audit action.
async fn edit_all(
    ctx: &OrgContext,
    keys: &[TaskKey],
    edits: &[Edit],
) -> Result<(Option<Done>, Vec<TaskFields>), Error> {
    let first = edits.first().ok_or(Error::BadRequest)?;
    let mut by_project: BTreeMap<&ProjectKey, BTreeSet<i64>> = BTreeMap::new();
    for key in keys {
        by_project.entry(&key.project).or_default().insert(key.number);
    }
    let target = match keys {
        [] => return Err(Error::BadRequest),
        [key] => key.to_string(),
        keys if keys.len() > AT_ONCE_MAX => {
            let message = format!(
                "You can change up to {AT_ONCE_MAX} tasks at a time, and these are {}. Select fewer.",
                keys.len()
            );
            return Err(Error::Invalid(vec![FieldError { field: "keys".to_owned(), message }]));
        }
        [first, ..] => format!("{first} and {} more", keys.len() - 1),
    };
    // In the order of their keys, in which projects are locked.
    let mut by_project = by_project.into_iter().map(|(project, numbers)| (project, Vec::from_iter(numbers)));
    let (project, numbers) = by_project.next().ok_or(Error::BadRequest)?;
    let rights = (first.permission(), first.action(), target.as_str());
    let place = first.place(&numbers);
    let (mut work, opened) = UnitOfWork::begin_in_project(ctx, rights, project, &numbers, place).await?;
    let mut opened = Some(opened);
    let mut edited = Vec::with_capacity(keys.len());
    // The last row is written with the commit, in one statement with the events.
    let mut update: Option<TaskUpdate> = None;
    for (project, numbers) in std::iter::once((project, numbers)).chain(by_project) {
        let (mut writer, mut records) = match opened.take() {
            Some(opened) => ProjectWriter::of(&mut work, project, opened)?,
            None => ProjectWriter::open_with(&mut work, project, &numbers).await?,
        };
        for number in numbers {
            writer.update(update.take()).await?;
            let record = records.remove(&number).ok_or(Error::NotFound)?;
            let mut fields = record.fields.clone();
            for edit in edits {
                edit.apply(&mut writer, number, &mut fields).await?;
            }
            update = writer.prepare(number, record, fields.clone()).await?;
            edited.push(fields);
        }
    }
    if matches!(first, Edit::Deleted(_)) && !work.is_empty() {
        ctx.record(work.tx(), first.action(), &target, Outcome::Done).await?;
    }
    Ok((work.commit_with(update).await?, edited))
}
