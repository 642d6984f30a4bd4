//! Table of the event log.

use chrono::TimeDelta;

use crate::kernel::{
    database::{Tx, query::execute},
    unix_time::UnixTime,
};

/// How long an event is kept, the same as in Auth0's larger plans.
const RETENTION: TimeDelta = TimeDelta::days(30);

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Event {
    /// Id of the event, which is ordered by time.
    pub id: String,
    pub at: UnixTime,
    /// Auth0's code for the kind of event.
    pub kind: String,
    pub description: String,
    pub user_id: Option<String>,
    pub client_id: Option<String>,
    pub organization_id: Option<String>,
    /// IP address of the client.
    pub address: Option<String>,
}

/// Inserts the event and deletes expired events.
pub async fn insert(tx: &mut Tx, event: &Event) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM events WHERE at < $1", event.at.plus(-RETENTION))?;
    execute!(
        tx,
        "INSERT INTO events (id, at, kind, description, user_id, client_id, organization_id, address)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &event.id,
        event.at,
        &event.kind,
        &event.description,
        &event.user_id,
        &event.client_id,
        &event.organization_id,
        &event.address,
    )?;
    Ok(())
}
