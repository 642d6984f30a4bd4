//! Relations between tasks, of whichever projects of the organization.

use std::collections::{BTreeMap, BTreeSet};

use super::project_writer::ProjectWriter;
use crate::{
    domain::{
        keys::TaskKey,
        permissions::Permission,
        tasks::event::{Event, Relation},
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

/// What is said when the other task is of a project that is put away.
const OTHER_ARCHIVED: &str =
    "The other task’s project is archived, so its tasks can’t be changed. Restore that project first.";

/// Gives the task called `key` a relation to the one that `typed` names.
///
/// # Errors
/// [`Error::Forbidden`] without `write:tasks`; [`Error::NotFound`] for the task; [`Error::Invalid`] for `other`, which looks
/// the same whether there is no such task or the person may not see it; [`Error::Conflict`] when a project is archived.
pub async fn relate(ctx: &OrgContext, key: &TaskKey, relation: Relation, typed: &str) -> Result<Option<Done>, Error> {
    let mut change = UnitOfWork::begin(ctx, Permission::WriteTasks, "task.relate", &key.to_string()).await?;
    let refuse = |message: String| Err(Error::invalid("other", message));
    let Ok(other) = typed.parse::<TaskKey>() else {
        return refuse("Enter a task’s key, for example WEB-12.".to_owned());
    };
    if other == *key {
        return refuse("Choose another task than this one.".to_owned());
    }
    let Some(ends) = Ends::open(&mut change, key, &other).await? else { return refuse(missing(&other)) };
    if !tasks::is_there(change.tx(), ends.one.0, ends.one.1).await? {
        return Err(Error::NotFound);
    }
    if !tasks::is_there(change.tx(), ends.other.0, ends.other.1).await? {
        return refuse(missing(&other));
    }
    add(&mut change, key, relation, &other, ends).await?;
    change.commit().await
}

/// Takes a relation away. Nothing when there is none like it.
///
/// # Errors
/// [`Error::Forbidden`] without `write:tasks`; [`Error::NotFound`]; [`Error::Conflict`] when a project is archived.
pub async fn unrelate(
    ctx: &OrgContext,
    key: &TaskKey,
    relation: Relation,
    other: &TaskKey,
) -> Result<Option<Done>, Error> {
    let mut change = UnitOfWork::begin(ctx, Permission::WriteTasks, "task.relate", &key.to_string()).await?;
    let ends = Ends::open(&mut change, key, other).await?.ok_or(Error::NotFound)?;
    remove(&mut change, key, relation, other, ends).await?;
    change.commit().await
}

/// Takes back what `events` tell of relations of the task that each is about; the last thing first. `false` when something
/// is not as they left it.
pub(super) async fn take_back(change: &mut UnitOfWork<'_>, events: &[(TaskKey, Event)]) -> Result<bool, Error> {
    for (key, event) in events.iter().rev() {
        let (is_added, relation, other) = match event {
            Event::Related { relation, other: Some(other) } => (false, *relation, other),
            Event::Unrelated { relation, other: Some(other) } => (true, *relation, other),
            _ => return Err(Error::BadRequest),
        };
        // Each is told to both tasks.
        let is_told_elsewhere = match relation {
            Relation::Blocks | Relation::Duplicates => false,
            Relation::BlockedBy | Relation::DuplicatedBy => true,
            Relation::Relates => (&other.project, other.number) < (&key.project, key.number),
        };
        if is_told_elsewhere {
            continue;
        }
        let Some(ends) = Ends::open(change, key, other).await? else { return Ok(false) };
        // One that is in the bin is not related to anything, and one that is gone cannot be.
        let are_there = tasks::is_there(change.tx(), ends.one.0, ends.one.1).await?
            && tasks::is_there(change.tx(), ends.other.0, ends.other.1).await?;
        let is_done = if is_added && !are_there {
            false
        } else if is_added {
            match add(change, key, relation, other, ends).await {
                Err(Error::Invalid(_)) => false,
                outcome => outcome.map(|()| true)?,
            }
        } else {
            remove(change, key, relation, other, ends).await?
        };
        if !is_done {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Two tasks whose relation is being changed.
#[derive(Clone, Copy)]
struct Ends {
    one: Node,
    other: Node,
}

impl Ends {
    /// Nobody else changes tasks of their projects meanwhile, nor a relation anywhere. Nothing when the person does not see
    /// the project of `other`.
    async fn open(change: &mut UnitOfWork<'_>, one: &TaskKey, other: &TaskKey) -> Result<Option<Self>, Error> {
        let reader = change.ctx().project_scope();
        let mut found = BTreeMap::new();
        for key in BTreeSet::from([&one.project, &other.project]) {
            let id = if *key == one.project {
                Some(ProjectWriter::open(change, key).await?.project().id)
            } else {
                let project = projects::locked(change.tx(), reader, key).await?;
                if project.as_ref().is_some_and(|project| project.is_archived) {
                    return Err(Error::Conflict(OTHER_ARCHIVED));
                }
                project.map(|project| project.id)
            };
            found.insert(key, id);
        }
        tasks::lock_relations(change.tx()).await?;
        let node = |key: &TaskKey| Some((found.get(&key.project).copied().flatten()?, key.number));
        Ok(node(one).zip(node(other)).map(|(one, other)| Self { one, other }))
    }
}

async fn add(
    change: &mut UnitOfWork<'_>,
    key: &TaskKey,
    relation: Relation,
    other: &TaskKey,
    ends: Ends,
) -> Result<(), Error> {
    let edge = Edge::of(ends.one, relation, ends.other);
    if let Some(way) = tasks::way_back(change.tx(), edge).await? {
        return Err(Error::invalid("other", circle(change, edge, relation, &way).await?));
    }
    if !tasks::add_relation(change.tx(), edge).await? {
        let verb = relation.label().to_lowercase();
        return Err(Error::invalid("other", format!("That is noted already: {key} – {verb} – {other}.")));
    }
    let (one, two) = (ends.one, ends.other);
    change.tell(one.0, Some(one.1), Event::Related { relation, other: Some(other.clone()) });
    change.tell(two.0, Some(two.1), Event::Related { relation: relation.inverted(), other: Some(key.clone()) });
    Ok(())
}

async fn remove(
    change: &mut UnitOfWork<'_>,
    key: &TaskKey,
    relation: Relation,
    other: &TaskKey,
    ends: Ends,
) -> Result<bool, Error> {
    let (one, two) = (ends.one, ends.other);
    if !tasks::remove_relation(change.tx(), Edge::of(one, relation, two)).await? {
        return Ok(false);
    }
    change.tell(one.0, Some(one.1), Event::Unrelated { relation, other: Some(other.clone()) });
    change.tell(two.0, Some(two.1), Event::Unrelated { relation: relation.inverted(), other: Some(key.clone()) });
    Ok(true)
}

/// Why a relation would close a circle: the way back, without the names of what the person may not see.
async fn circle(change: &mut UnitOfWork<'_>, edge: Edge, relation: Relation, way: &[Node]) -> Result<String, Error> {
    let reader = change.ctx().project_scope();
    let keys = projects::visible(change.tx(), reader).await?;
    let name = |node: &Node| {
        keys.get(&node.0).map_or_else(|| "a task you can’t see".to_owned(), |key| format!("{key}-{}", node.1))
    };
    let (verb, verbs) = match relation {
        Relation::Blocks | Relation::BlockedBy => ("block", "blocks"),
        _ => ("duplicate", "duplicates"),
    };
    let names: Vec<_> = way.iter().map(name).collect();
    // WEB-2 blocks WEB-3, which blocks WEB-1.
    let chain = names.join(&format!(", which {verbs} ")).replacen(", which", "", 1);
    Ok(format!("{chain}, so {} can’t {verb} {}: they would go in a circle.", name(&edge.from()), names[0]))
}

/// The same for what there is not and for what the person may not see.
fn missing(key: &TaskKey) -> String {
    format!("There is no task {key}, or it is in the bin.")
}
