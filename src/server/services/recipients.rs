//! Computes the recipients of events, and why each receives them, within the transaction of the change.

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

/// The strongest reason by event index and recipient.
pub type Recipients = BTreeMap<(usize, PersonId), Reason>;

/// Computes the recipients of `events`, caused by `by`, and adds new watchers: people who create a task, are assigned
/// to it, comment on it or are mentioned. `mentioned` holds the people mentioned in the text of each event. Runs at
/// most two statements for any number of events.
pub async fn compute(
    tx: &mut OrgTx,
    by: PersonId,
    events: &[NewEvent],
    mentioned: &BTreeMap<usize, BTreeSet<PersonId>>,
) -> Result<Recipients, Error> {
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
    for (project, task, person) in tasks::watchers_of(tx, by_task.keys().copied()).await? {
        for index in by_task.get(&(project, task)).into_iter().flatten() {
            recipients.entry((*index, person)).or_insert(Reason::Watching);
        }
    }
    tasks::insert_watchers(tx, new_watchers.into_iter()).await?;
    recipients.retain(|(_, person), _| *person != by);
    Ok(recipients)
}

/// Builds the notifications of `recipients`, given the number `last` of the last event.
#[must_use]
pub fn notifications(events: &[NewEvent], recipients: &Recipients, last: i64) -> Vec<NewNotification> {
    let first = last + 1 - i64::try_from(events.len()).unwrap_or_default();
    let notification = |(&(index, person), &reason): (&(usize, PersonId), &Reason)| NewNotification {
        event: first + i64::try_from(index).unwrap_or_default(),
        project: events[index].project,
        person,
        reason,
    };
    recipients.iter().map(notification).collect()
}

/// People newly assigned to the task.
fn assigned(event: &Event) -> Vec<PersonId> {
    let people = match event {
        Event::Created { fields } => vec![&fields.assignees],
        Event::Changed { changes } => changes
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
        Event::Changed { changes } => changes.iter().any(|change| match change {
            FieldChange::Position(change) => change.from.state != change.to.state,
            FieldChange::DueOn(_) | FieldChange::Priority(_) | FieldChange::Archived(_) | FieldChange::Deleted(_) => {
                true
            }
            _ => false,
        }),
        _ => false,
    }
}
