//! Changes of an organization that the provider does not know yet.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use crate::{
    domain::ids::{ChangeId, OrgId, PersonId},
    server::{
        db::{OrgTx, PlatformTx, execute, fetch_all, fetch_one, fetch_optional},
        error::Error,
    },
};

/// A change to be written down.
#[derive(Clone, Debug)]
pub struct NewChange<'a> {
    pub id: ChangeId,
    /// What it is about: changes of the same topic are carried out in their order.
    pub topic: &'a str,
    /// What to do, as JSON.
    pub change: &'a str,
    pub requested_by: PersonId,
}

/// Writes a change down.
pub async fn add(tx: &mut OrgTx, new: &NewChange<'_>, now: DateTime<Utc>) -> Result<(), Error> {
    execute!(
        tx,
        "INSERT INTO provider_change (org_id, id, topic, change, due_at, requested_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $5)",
        tx.org(),
        new.id,
        new.topic,
        new.change,
        now,
        new.requested_by,
    )?;
    Ok(())
}

/// What somebody should carry out now, in whichever organization: the first of each topic.
pub async fn due(tx: &mut PlatformTx, now: DateTime<Utc>, most: i64) -> Result<Vec<(OrgId, ChangeId)>, Error> {
    tx.as_worker().await?;
    Ok(fetch_all!(
        tx,
        (OrgId, ChangeId),
        "SELECT c.org_id, c.id FROM provider_change c
         WHERE c.state = 'waiting' AND c.due_at <= $1 AND (c.taken_until IS NULL OR c.taken_until <= $1)
           AND NOT EXISTS (SELECT 1 FROM provider_change e
                           WHERE e.org_id = c.org_id AND e.topic = c.topic AND e.id < c.id AND e.state = 'waiting')
         ORDER BY c.due_at, c.id LIMIT $2",
        now,
        most,
    )?)
}

/// A change that was taken.
#[derive(Clone, Debug, FromRow)]
pub struct Taken {
    /// As JSON.
    pub change: String,
    pub tries: i64,
    pub requested_by: PersonId,
    pub created_at: DateTime<Utc>,
}

/// Takes the right to carry it out until `until`, on this node and every other; `None` when somebody else has it.
pub async fn take(
    tx: &mut OrgTx,
    id: ChangeId,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<Taken>, Error> {
    Ok(fetch_optional!(
        tx,
        Taken,
        "UPDATE provider_change SET taken_until = $4
         WHERE org_id = $1 AND id = $2 AND state = 'waiting' AND (taken_until IS NULL OR taken_until <= $3)
         RETURNING change, tries, requested_by, created_at",
        tx.org(),
        id,
        now,
        until,
    )?)
}

/// Removes one that has been carried out, or is no longer wanted.
pub async fn remove(tx: &mut OrgTx, id: ChangeId) -> Result<(), Error> {
    execute!(tx, "DELETE FROM provider_change WHERE org_id = $1 AND id = $2", tx.org(), id)?;
    Ok(())
}

/// Lets go of one that could not be carried out: until `due_at`, or for good without.
pub async fn failed(tx: &mut OrgTx, id: ChangeId, problem: &str, due_at: Option<DateTime<Utc>>) -> Result<(), Error> {
    execute!(
        tx,
        "UPDATE provider_change SET
             state = CASE WHEN $4 IS NULL THEN 'failed' ELSE 'waiting' END, due_at = COALESCE($4, due_at),
             problem = $3, tries = tries + 1, taken_until = NULL
         WHERE org_id = $1 AND id = $2",
        tx.org(),
        id,
        problem,
        due_at,
    )?;
    Ok(())
}

/// A change as administrators see it.
#[derive(Clone, Debug, FromRow)]
pub struct Open {
    pub id: ChangeId,
    /// As JSON.
    pub change: String,
    /// Whether it will not be tried again by itself.
    pub is_failed: bool,
    /// What the provider said last.
    pub problem: Option<String>,
    pub due_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
}

/// Everything that the provider does not know yet, the oldest first.
pub async fn list(tx: &mut OrgTx) -> Result<Vec<Open>, Error> {
    Ok(fetch_all!(
        tx,
        Open,
        "SELECT id, change, state = 'failed' AS is_failed, problem, due_at, created_at
         FROM provider_change WHERE org_id = $1 ORDER BY id",
        tx.org(),
    )?)
}

/// Has one tried again at once; `false` when there is no such change.
pub async fn retry(tx: &mut OrgTx, id: ChangeId, now: DateTime<Utc>) -> Result<bool, Error> {
    let found = execute!(
        tx,
        "UPDATE provider_change SET state = 'waiting', due_at = $3 WHERE org_id = $1 AND id = $2",
        tx.org(),
        id,
        now,
    )?;
    Ok(found == 1)
}

/// Removes one that will not be tried again by itself; `false` when there is no such change.
pub async fn give_up(tx: &mut OrgTx, id: ChangeId) -> Result<bool, Error> {
    let found =
        execute!(tx, "DELETE FROM provider_change WHERE org_id = $1 AND id = $2 AND state = 'failed'", tx.org(), id,)?;
    Ok(found == 1)
}

/// Whether a change of this topic waits.
pub async fn is_waiting(tx: &mut OrgTx, topic: &str) -> Result<bool, Error> {
    let (waits,) = fetch_one!(
        tx,
        (bool,),
        "SELECT EXISTS (SELECT 1 FROM provider_change WHERE org_id = $1 AND topic = $2 AND state = 'waiting')",
        tx.org(),
        topic,
    )?;
    Ok(waits)
}

/// What the changes that wait are about.
pub async fn topics(tx: &mut OrgTx) -> Result<Vec<String>, Error> {
    let rows = fetch_all!(
        tx,
        (String,),
        "SELECT DISTINCT topic FROM provider_change WHERE org_id = $1 AND state = 'waiting'",
        tx.org(),
    )?;
    Ok(rows.into_iter().map(|(topic,)| topic).collect())
}
