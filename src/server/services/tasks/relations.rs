//! Relations between tasks, also across projects of the organization.

use std::collections::{BTreeMap, BTreeSet};

use super::project_writer::ProjectWriter;
use crate::{
    domain::{
        keys::TaskKey,
        permissions::Permission,
        tasks::{event::Event, relation::Relation},
    },
    server::{
        access::OrgContext,
        error::Error,
        repo::{
            projects,
            tasks::{self, Edge, Node},
        },
        services::unit_of_work::{Done, UnitOfWork},
    },
};

/// Message if the other task belongs to an archived project.
const OTHER_ARCHIVED: &str =
    "The other task’s project is archived, so its tasks can’t be changed. Restore that project first.";

/// Adds a relation from the task `key` to the task that `typed` names.
///
/// # Errors
/// [`Error::Forbidden`] without `write:tasks`; [`Error::NotFound`] if the task `key` does not exist; [`Error::Invalid`]
/// for `other`, with the same message whether that task does not exist or the person may not see it;
/// [`Error::Conflict`] if a project is archived.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn relate(ctx: &OrgContext, key: &TaskKey, relation: Relation, typed: &str) -> Result<Option<Done>, Error> {
    let mut work = UnitOfWork::begin(ctx, Permission::WriteTasks, "task.relate", &key.to_string()).await?;
    let refuse = |message: String| Err(Error::invalid("other", message));
    let Ok(other) = typed.parse::<TaskKey>() else {
        return refuse("Enter a task’s key, for example WEB-12.".to_owned());
    };
    if other == *key {
        return refuse("Choose a different task.".to_owned());
    }
    let Some(pair) = TaskPair::open(&mut work, key, &other).await? else { return refuse(not_found_message(&other)) };
    if !tasks::exists(work.tx(), pair.one.0, pair.one.1).await? {
        return Err(Error::NotFound);
    }
    if !tasks::exists(work.tx(), pair.other.0, pair.other.1).await? {
        return refuse(not_found_message(&other));
    }
    add(&mut work, key, relation, &other, pair).await?;
    work.commit().await
}

/// Removes a relation. Returns `None` if there is none.
///
/// # Errors
/// [`Error::Forbidden`] without `write:tasks`; [`Error::NotFound`]; [`Error::Conflict`] if a project is archived.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn unrelate(
    ctx: &OrgContext,
    key: &TaskKey,
    relation: Relation,
    other: &TaskKey,
) -> Result<Option<Done>, Error> {
    let mut work = UnitOfWork::begin(ctx, Permission::WriteTasks, "task.relate", &key.to_string()).await?;
    let pair = TaskPair::open(&mut work, key, other).await?.ok_or(Error::NotFound)?;
    remove(&mut work, key, relation, other, pair).await?;
    work.commit().await
}

/// Undoes the relation `events`, each with its task, the latest first. Returns `false` if a relation has changed since.
pub(super) async fn undo(work: &mut UnitOfWork<'_>, events: &[(TaskKey, Event)]) -> Result<bool, Error> {
    for (key, event) in events.iter().rev() {
        let (is_added, relation, other) = match event {
            Event::Related { relation, other: Some(other) } => (false, *relation, other),
            Event::Unrelated { relation, other: Some(other) } => (true, *relation, other),
            _ => return Err(Error::BadRequest),
        };
        // Each relation has an event for both tasks; only one of the two is undone.
        let is_counterpart = match relation {
            Relation::Blocks | Relation::Duplicates => false,
            Relation::BlockedBy | Relation::DuplicatedBy => true,
            Relation::Relates => (&other.project, other.number) < (&key.project, key.number),
        };
        if is_counterpart {
            continue;
        }
        let Some(pair) = TaskPair::open(work, key, other).await? else { return Ok(false) };
        // A task in the trash has no relations, and none can be added to it.
        let both_exist = tasks::exists(work.tx(), pair.one.0, pair.one.1).await?
            && tasks::exists(work.tx(), pair.other.0, pair.other.1).await?;
        let is_undone = if is_added && !both_exist {
            false
        } else if is_added {
            match add(work, key, relation, other, pair).await {
                Err(Error::Invalid(_)) => false,
                outcome => outcome.map(|()| true)?,
            }
        } else {
            remove(work, key, relation, other, pair).await?
        };
        if !is_undone {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The two tasks of a relation, with their projects locked.
#[derive(Clone, Copy)]
struct TaskPair {
    one: Node,
    other: Node,
}

impl TaskPair {
    /// Locks both projects and the relations. Returns `None` if the person may not see the project of `other`.
    async fn open(work: &mut UnitOfWork<'_>, one: &TaskKey, other: &TaskKey) -> Result<Option<Self>, Error> {
        let scope = work.ctx().project_scope();
        let mut found = BTreeMap::new();
        for key in BTreeSet::from([&one.project, &other.project]) {
            let id = if *key == one.project {
                Some(ProjectWriter::open(work, key).await?.project().id)
            } else {
                let project = projects::locked(work.tx(), scope, key).await?;
                if project.as_ref().is_some_and(|project| project.is_archived) {
                    return Err(Error::Conflict(OTHER_ARCHIVED));
                }
                project.map(|project| project.id)
            };
            found.insert(key, id);
        }
        tasks::lock_relations(work.tx()).await?;
        let node = |key: &TaskKey| Some((found.get(&key.project).copied().flatten()?, key.number));
        Ok(node(one).zip(node(other)).map(|(one, other)| Self { one, other }))
    }
}

async fn add(
    work: &mut UnitOfWork<'_>,
    key: &TaskKey,
    relation: Relation,
    other: &TaskKey,
    pair: TaskPair,
) -> Result<(), Error> {
    let edge = Edge::of(pair.one, relation, pair.other);
    if let Some(path) = tasks::find_cycle(work.tx(), edge).await? {
        return Err(Error::invalid("other", cycle_message(work, edge, relation, &path).await?));
    }
    if !tasks::insert_relation(work.tx(), edge).await? {
        let verb = relation.label().to_lowercase();
        return Err(Error::invalid("other", format!("This relation already exists: {key} – {verb} – {other}.")));
    }
    let (one, two) = (pair.one, pair.other);
    work.emit(one.0, Some(one.1), Event::Related { relation, other: Some(other.clone()) });
    work.emit(two.0, Some(two.1), Event::Related { relation: relation.inverted(), other: Some(key.clone()) });
    Ok(())
}

async fn remove(
    work: &mut UnitOfWork<'_>,
    key: &TaskKey,
    relation: Relation,
    other: &TaskKey,
    pair: TaskPair,
) -> Result<bool, Error> {
    let (one, two) = (pair.one, pair.other);
    if !tasks::delete_relation(work.tx(), Edge::of(one, relation, two)).await? {
        return Ok(false);
    }
    work.emit(one.0, Some(one.1), Event::Unrelated { relation, other: Some(other.clone()) });
    work.emit(two.0, Some(two.1), Event::Unrelated { relation: relation.inverted(), other: Some(key.clone()) });
    Ok(true)
}

/// Message for a relation that would close a cycle: the path back, without the keys of tasks that the person may not
/// see.
async fn cycle_message(
    work: &mut UnitOfWork<'_>,
    edge: Edge,
    relation: Relation,
    path: &[Node],
) -> Result<String, Error> {
    let scope = work.ctx().project_scope();
    let keys = projects::visible(work.tx(), scope).await?;
    let name = |node: &Node| {
        keys.get(&node.0).map_or_else(|| "a task you can’t see".to_owned(), |key| format!("{key}-{}", node.1))
    };
    let (verb, verbs) = match relation {
        Relation::Blocks | Relation::BlockedBy => ("block", "blocks"),
        _ => ("duplicate", "duplicates"),
    };
    let names: Vec<_> = path.iter().map(name).collect();
    // WEB-2 blocks WEB-3, which blocks WEB-1.
    let chain = names.join(&format!(", which {verbs} ")).replacen(", which", "", 1);
    Ok(format!("{chain}, so {} can’t {verb} {}: that would create a cycle.", name(&edge.from()), names[0]))
}

/// The same message for a task that does not exist and one that the person may not see.
fn not_found_message(key: &TaskKey) -> String {
    format!("Task {key} doesn’t exist or is in the bin.")
}
