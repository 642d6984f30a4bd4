//! Cleans up after a member who leaves an organization.

use crate::{
    domain::{
        ids::PersonId,
        tasks::{
            event::Event,
            fields::{FieldChange, SetChange},
        },
    },
    server::{
        db::OrgTx,
        error::Error,
        repo::{
            events::{self, EventOrigin, NewEvent},
            memberships, tasks,
        },
    },
};

/// Removes the membership of `person`, if any, and unassigns all of their tasks. Returns the events, to be passed to
/// [`append_events`] last in the transaction.
pub async fn leave(
    tx: &mut OrgTx,
    person: PersonId,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Vec<NewEvent>, Error> {
    memberships::lock(tx, person).await?;
    let name = memberships::name(tx, person).await?;
    let tasks = tasks::delete_assignments(tx, person).await?;
    memberships::delete(tx, person, now).await?;
    let change = SetChange { added: [].into(), removed: [person.0].into() };
    let names = name.map(|name| (person.to_string(), name)).into_iter().collect();
    let event = Event::Changed { changes: vec![FieldChange::Assignees(change)], names };
    let unassigned = |(project, number)| NewEvent { project, task: Some(number), event: event.clone() };
    Ok(tasks.into_iter().map(unassigned).collect())
}

/// Appends the events of a departure.
pub async fn append_events(tx: &mut OrgTx, origin: EventOrigin, events: &[NewEvent]) -> Result<(), Error> {
    if !events.is_empty() {
        events::append(tx, origin, events).await?;
    }
    Ok(())
}
