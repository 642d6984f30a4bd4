//! Who is told of what, and why: derived from the events of a change, in its transaction.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    domain::{
        ids::{PersonId, ProjectId},
        inbox::Reason,
        tasks::{
            event::{Event, Relation},
            fields::FieldChange,
        },
    },
    server::{
        db::OrgTx,
        error::Error,
        repo::{events::NewEvent, notifications::NewNotification, tasks},
    },
};

/// Who is to be told of which event, by its place among those of the change, and the strongest reason why.
pub type Concerned = BTreeMap<(usize, PersonId), Reason>;

/// Finds out whom `events`, which `by` brought about, concern, and has those told from now on whom a task has come to
/// concern: who creates it, is assigned, comments or is mentioned. `mentioned` are those whom the texts behind the events
/// name. At most two statements, however many events.
///
/// # Errors
/// When the database does not answer.
pub async fn concerned(
    tx: &mut OrgTx,
    by: PersonId,
    events: &[NewEvent],
    mentioned: &BTreeMap<usize, BTreeSet<PersonId>>,
) -> Result<Concerned, Error> {
    let mut concerned = Concerned::new();
    let mut joining: BTreeSet<(ProjectId, i64, PersonId)> = BTreeSet::new();
    let mut followed: BTreeMap<(ProjectId, i64), Vec<usize>> = BTreeMap::new();
    for (index, new) in events.iter().enumerate() {
        let Some(task) = new.task else { continue };
        let mut tell = |person: PersonId, reason: Reason| {
            joining.insert((new.project, task, person));
            let known = concerned.entry((index, person)).or_insert(reason);
            *known = reason.min(*known);
        };
        for person in assigned(&new.event) {
            tell(person, Reason::Assigned);
        }
        for person in mentioned.get(&index).into_iter().flatten() {
            tell(*person, Reason::Mentioned);
        }
        if matches!(new.event, Event::Created { .. } | Event::Commented { .. }) {
            joining.insert((new.project, task, by));
        }
        if is_followed(&new.event) {
            followed.entry((new.project, task)).or_default().push(index);
        }
    }
    for (project, task, person) in tasks::watchers_of(tx, followed.keys().copied()).await? {
        for index in followed.get(&(project, task)).into_iter().flatten() {
            concerned.entry((*index, person)).or_insert(Reason::Watching);
        }
    }
    tasks::add_watchers(tx, joining.into_iter()).await?;
    concerned.retain(|(_, person), _| *person != by);
    Ok(concerned)
}

/// The notices for `concerned`, once the last of `events` has the number `last`.
#[must_use]
pub fn numbered(events: &[NewEvent], concerned: &Concerned, last: i64) -> Vec<NewNotification> {
    let first = last + 1 - i64::try_from(events.len()).unwrap_or_default();
    let notice = |(&(index, person), &reason): (&(usize, PersonId), &Reason)| NewNotification {
        event: first + i64::try_from(index).unwrap_or_default(),
        project: events[index].project,
        person,
        reason,
    };
    concerned.iter().map(notice).collect()
}

/// Those who were given the task.
fn assigned(event: &Event) -> Vec<PersonId> {
    let people = match event {
        Event::Created { facts } => vec![&facts.assignees],
        Event::Changed { changes } => changes
            .iter()
            .filter_map(|change| match change {
                FieldChange::Assignees(exchange) => Some(&exchange.added),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    };
    people.into_iter().flatten().copied().map(PersonId).collect()
}

/// Whether those who watch a task are told: of what is said, of how far it has come and of when it is to be done, not of
/// every stroke.
fn is_followed(event: &Event) -> bool {
    match event {
        Event::Commented { .. } => true,
        Event::Related { relation, .. } | Event::Unrelated { relation, .. } => *relation == Relation::BlockedBy,
        Event::Changed { changes } => changes.iter().any(|change| match change {
            FieldChange::Place(swap) => swap.from.state != swap.to.state,
            FieldChange::DueOn(_) | FieldChange::Priority(_) | FieldChange::Archived(_) | FieldChange::Deleted(_) => {
                true
            }
            _ => false,
        }),
        _ => false,
    }
}
