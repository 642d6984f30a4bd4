//! What becomes of the work of somebody who leaves an organization.

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
            events::{self, Doing, NewEvent},
            memberships, tasks,
        },
    },
};

/// Ends the membership of `person`, if there is one, and takes everything off their hands. What tells of it is written down
/// by [`tell`], last of all.
///
/// # Errors
/// When the database refuses.
pub async fn leave(
    tx: &mut OrgTx,
    person: PersonId,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Vec<NewEvent>, Error> {
    memberships::hold(tx, person).await?;
    let tasks = tasks::unassign_all(tx, person).await?;
    memberships::remove(tx, person, now).await?;
    let exchange = SetChange { added: [].into(), removed: [person.0].into() };
    let event = Event::Changed { changes: vec![FieldChange::Assignees(exchange)] };
    let told = |(project, number)| NewEvent { project, task: Some(number), event: event.clone() };
    Ok(tasks.into_iter().map(told).collect())
}

/// Tells open pages.
///
/// # Errors
/// When the database refuses.
pub async fn tell(tx: &mut OrgTx, doing: Doing, events: &[NewEvent]) -> Result<(), Error> {
    if !events.is_empty() {
        events::append(tx, doing, events).await?;
    }
    Ok(())
}
