//! Computes the recipients of events, and why each receives them, within the transaction of the change.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    domain::{
        ids::{PersonId, ProjectId},
        inbox::Reason,
        tasks::{
            fields::FieldChange,
            {event::Event, relation::Relation},
        },
    },
    server::{
        db::OrgTx,
        error::Error,
        repo::{events::NewEvent, notifications::NewNotification, tasks},
    },
};

/// The strongest reason by event index and recipient.
pub type Recipients = BTreeMap<(usize, PersonId), Reason>;

/// The watchers of tasks that the transaction has read.
pub type KnownWatchers = BTreeMap<(ProjectId, i64), Vec<PersonId>>;

/// The people whom events concern.
#[derive(Debug)]
pub struct Concerned {
    pub recipients: Recipients,
    /// People who create a task, are assigned to it, comment on it or are mentioned.
    pub new_watchers: Vec<(ProjectId, i64, PersonId)>,
}

/// Computes the recipients of `events`, caused by `by`, and the new watchers. `mentioned` holds the people mentioned in the
/// text of each event. Runs at most one statement for any number of events, and none if `known` has the watchers.
pub async fn compute(
    tx: &mut OrgTx,
    by: PersonId,
    events: &[NewEvent],
    mentioned: &BTreeMap<usize, BTreeSet<PersonId>>,
    known: &KnownWatchers,
) -> Result<Concerned, Error> {
    let mut recipients = Recipients::new();
    let mut new_watchers: BTreeSet<(ProjectId, i64, PersonId)> = BTreeSet::new();
    let mut by_task: BTreeMap<(ProjectId, i64), Vec<usize>> = BTreeMap::new();
    for (index, new) in events.iter().enumerate() {
        let Some(task) = new.task else { continue };
        let mut add = |person: PersonId, reason: Reason| {
            new_watchers.insert((new.project, task, person));
            let strongest = recipients.entry((index, person)).or_insert(reason);
            *strongest = reason.min(*strongest);
        };
        for person in assigned(&new.event) {
            add(person, Reason::Assigned);
        }
        for person in mentioned.get(&index).into_iter().flatten() {
            add(*person, Reason::Mentioned);
        }
        if matches!(new.event, Event::Created { .. } | Event::Commented { .. }) {
            new_watchers.insert((new.project, task, by));
        }
        if is_for_watchers(&new.event) {
            by_task.entry((new.project, task)).or_default().push(index);
        }
    }
    let unknown = by_task.keys().copied().filter(|task| !known.contains_key(task));
    let mut watchers = tasks::watchers_of(tx, unknown).await?;
    for (task @ (project, number), people) in known {
        if by_task.contains_key(task) {
            watchers.extend(people.iter().map(|person| (*project, *number, *person)));
        }
    }
    for (project, task, person) in watchers {
        for index in by_task.get(&(project, task)).into_iter().flatten() {
            recipients.entry((*index, person)).or_insert(Reason::Watching);
        }
    }
    recipients.retain(|(_, person), _| *person != by);
    Ok(Concerned { recipients, new_watchers: new_watchers.into_iter().collect() })
}

/// Builds the notifications of `recipients`.
#[must_use]
pub fn notifications(events: &[NewEvent], recipients: &Recipients) -> Vec<NewNotification> {
    let notification = |(&(event, person), &reason): (&(usize, PersonId), &Reason)| NewNotification {
        event,
        project: events[event].project,
        person,
        reason,
    };
    recipients.iter().map(notification).collect()
}

/// People newly assigned to the task.
fn assigned(event: &Event) -> Vec<PersonId> {
    let people = match event {
        Event::Created { fields } => vec![&fields.assignees],
        Event::Changed { changes, .. } => changes
            .iter()
            .filter_map(|change| match change {
                FieldChange::Assignees(change) => Some(&change.added),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    };
    people.into_iter().flatten().copied().map(PersonId).collect()
}

/// Whether the watchers of the task receive the event: comments, progress and scheduling, not every edit.
fn is_for_watchers(event: &Event) -> bool {
    match event {
        Event::Commented { .. } => true,
        Event::Related { relation, .. } | Event::Unrelated { relation, .. } => *relation == Relation::BlockedBy,
        Event::Changed { changes, .. } => changes.iter().any(|change| match change {
            FieldChange::Position(change) => change.from.state != change.to.state,
            FieldChange::DueOn(_) | FieldChange::Priority(_) | FieldChange::Archived(_) | FieldChange::Deleted(_) => {
                true
            }
            _ => false,
        }),
        _ => false,
    }
}
