//! Tasks.

mod edit;
pub mod project_writer;
mod relations;
mod texts;
mod undo;
mod watching;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    markdown, text, trash,
    unit_of_work::{Done, UnitOfWork},
};
use crate::{
    domain::{
        errors::FieldError,
        keys::{ProjectKey, TaskKey},
        permissions::Permission,
        tasks::{
            AT_ONCE_MAX, Moved, TITLE_MAX, TaskCard, TaskDetail, event::Event, fields::TaskFields, lane::LaneMove,
            links::Links,
        },
    },
    server::{
        access::OrgContext,
        db::OrgTx,
        error::Error,
        repo::{
            audit::Outcome,
            projects,
            tasks::{self, NewTask},
        },
    },
};

pub(super) use self::project_writer::ProjectWriter;
pub use self::{
    edit::Edit,
    relations::{relate, unrelate},
    texts::{compare, update},
    undo::{concerns_the_bin, undo},
    watching::watch,
};

const PARENT_IN_BIN: &str =
    "This task is in the bin, so it takes no parts. Restore it first; what you typed is still here.";

/// The task called `key`.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`; [`Error::NotFound`].
pub async fn get(ctx: &OrgContext, key: &TaskKey) -> Result<TaskDetail, Error> {
    let mut tx = ctx.read(Permission::ReadTasks).await?;
    detail(ctx, &mut tx, key).await
}

/// Creates a task at the end of the column `state`.
///
/// # Errors
/// [`Error::Forbidden`] without `write:tasks`; [`Error::NotFound`] for the project; [`Error::Invalid`] for `title`;
/// [`Error::BadRequest`] for a state that the project does not have.
pub async fn create(ctx: &OrgContext, project: &ProjectKey, state: &str, title: &str) -> Result<TaskCard, Error> {
    create_in(ctx, project, Some(state), title, None).await
}

/// Creates a task that is a part of the one called `key`, at the end of the first column that means work to be done.
///
/// # Errors
/// [`Error::Forbidden`] without `write:tasks`; [`Error::NotFound`]; [`Error::Invalid`] for `title`; [`Error::Conflict`] for a
/// task in the bin.
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
    let mut change = UnitOfWork::begin(ctx, Permission::WriteTasks, "task.create", project.as_str()).await?;
    let title = text::line("title", "a title", title, TITLE_MAX).map_err(|field| Error::Invalid(vec![field]))?;
    let mut desk = ProjectWriter::open(&mut change, project).await?;
    let state = state.map_or_else(|| desk.first_to_do(), |state| Ok(state.to_owned()))?;
    let state = state.as_str();
    let id = desk.project().id;
    if let Some(parent) = parent {
        let above = tasks::records(desk.change().tx(), id, &[parent]).await?.remove(&parent);
        if above.ok_or(Error::NotFound)?.facts.is_deleted {
            return Err(Error::Conflict(PARENT_IN_BIN));
        }
    }
    let is_done = desk.state(state)?.category.is_done();
    let number = projects::take_numbers(desk.change().tx(), id, 1).await?;
    let place = desk.place(number, state, None).await?;
    let facts = TaskFields { title, place, parent, ..TaskFields::default() };
    desk.check(number, &TaskFields::default(), &facts).await?;
    let new = NewTask { number, facts: &facts, created_by: ctx.person, is_done };
    tasks::create(change.tx(), id, new, ctx.now()).await?;
    let card = TaskCard::of(number, &facts);
    change.tell(id, Some(number), Event::Created { facts: Box::new(facts) });
    change.commit().await?;
    Ok(card)
}

/// Changes one thing about the tasks called `keys`, all of them or none. Nothing when they were
/// like that already.
///
/// # Errors
/// [`Error::Forbidden`] without `write:tasks`, for the bin `delete:tasks`; [`Error::NotFound`] when one of them is not
/// there; [`Error::Invalid`] for what the project does not allow, and for `keys` when they are more than [`AT_ONCE_MAX`].
pub async fn edit(ctx: &OrgContext, keys: &[TaskKey], edit: &Edit) -> Result<Option<Done>, Error> {
    Ok(edit_all(ctx, keys, std::slice::from_ref(edit)).await?.0)
}

/// Where a task goes in a column: right below another, above another, or to the end. When that task has left the column
/// meanwhile, the end is the place.
#[derive(Clone, Copy, Debug, Default)]
pub struct Anchor {
    pub before: Option<i64>,
    /// Counts rather than `before`.
    pub after: Option<i64>,
}

/// Moves the task called `key` into the column `state`, and from one lane into another; both or neither.
///
/// # Errors
/// As [`edit`].
pub async fn place(
    ctx: &OrgContext,
    key: &TaskKey,
    state: &str,
    beside: Anchor,
    shift: Option<LaneMove>,
) -> Result<Moved, Error> {
    let Anchor { before, after } = beside;
    let mut edits = vec![Edit::Place { state: state.to_owned(), before, after }];
    edits.extend(shift.into_iter().flat_map(Edit::of_shift));
    let (done, facts) = edit_all(ctx, std::slice::from_ref(key), &edits).await?;
    let place = facts.into_iter().next().ok_or(Error::NotFound)?.place;
    Ok(Moved { place, undo: done.map(|done| done.batch.0), event: done.map(|done| done.last) })
}

/// The first of `edits` says what it is called and who may do it.
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
                "At most {AT_ONCE_MAX} tasks can be changed at once, and these are {}. Select fewer of them.",
                keys.len()
            );
            return Err(Error::Invalid(vec![FieldError { field: "keys".to_owned(), message }]));
        }
        [first, ..] => format!("{first} and {} more", keys.len() - 1),
    };
    let mut change = UnitOfWork::begin(ctx, first.permission(), first.action(), &target).await?;
    let mut edited = Vec::with_capacity(keys.len());
    for (project, numbers) in by_project {
        let mut desk = ProjectWriter::open(&mut change, project).await?;
        let (id, numbers) = (desk.project().id, numbers.into_iter().collect::<Vec<_>>());
        let mut records = tasks::records(desk.change().tx(), id, &numbers).await?;
        for number in numbers {
            let record = records.remove(&number).ok_or(Error::NotFound)?;
            let mut facts = record.facts.clone();
            for edit in edits {
                edit.apply(&mut desk, number, &mut facts).await?;
            }
            desk.save(number, record, facts.clone()).await?;
            edited.push(facts);
        }
    }
    if matches!(first, Edit::Deleted(_)) && !change.is_empty() {
        ctx.record(change.tx(), first.action(), &target, Outcome::Done).await?;
    }
    Ok((change.commit().await?, edited))
}

async fn detail(ctx: &OrgContext, tx: &mut OrgTx, key: &TaskKey) -> Result<TaskDetail, Error> {
    let project = projects::by_key(tx, ctx.project_scope(), &key.project).await?.ok_or(Error::NotFound)?;
    let task = tasks::find(tx, project.id, key.number).await?.ok_or(Error::NotFound)?;
    let record = tasks::records(tx, project.id, &[key.number]).await?.remove(&key.number).ok_or(Error::NotFound)?;
    let links = links(ctx, tx, &project, key.number, &record.facts).await?;
    Ok(TaskDetail {
        key: key.clone(),
        project_name: project.name,
        html: markdown::render(&ctx.slug, &record.facts.description),
        facts: record.facts,
        states: project.states,
        labels: projects::labels(tx, project.id).await?,
        people: projects::assignable(tx, project.id).await?,
        version: task.version,
        created_by: task.created_by,
        created_at: task.created_at,
        updated_at: task.updated_at,
        links,
        as_of: ctx.as_of,
        leaves_on: record.deleted_at.map(|at| trash::leaves_at(at).date_naive()),
        undo: None,
    })
}

/// What a task has to do with others, as far as the person in `ctx` may see it.
async fn links(
    ctx: &OrgContext,
    tx: &mut OrgTx,
    project: &projects::Project,
    number: i64,
    facts: &TaskFields,
) -> Result<Links, Error> {
    let (parent, subtasks) = tasks::family(tx, project.id, number, facts.parent).await?;
    let relations = tasks::related(tx, ctx.project_scope(), project.id, number).await?;
    let watchers = tasks::watchers(tx, project.id, number).await?;
    let is_watching = watchers.iter().any(|(person, _)| *person == ctx.person);
    let watchers = watchers.into_iter().map(|(_, name)| name).collect();
    Ok(Links { parent, subtasks, relations, watchers, is_watching })
}
