//! The queue of an organization's commands that the provider has not executed yet.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use crate::{
    domain::ids::{ChangeId, PersonId},
    server::{
        db::{
            OrgTx, PlatformTx, ProvenOrg, execute, exists, fetch_all, fetch_one, fetch_optional, scalar_all,
            scalar_optional,
        },
        error::Error,
    },
};

/// A command to enqueue.
#[derive(Clone, Debug)]
pub struct NewChange<'a> {
    pub id: ChangeId,
    /// The topic of the command. Commands with the same topic are executed in order.
    pub topic: &'a str,
    /// The command as JSON.
    pub change: &'a str,
    pub requested_by: PersonId,
}

/// Returns the id of the organization's last command.
pub async fn last_id(tx: &mut OrgTx) -> Result<Option<ChangeId>, Error> {
    let sql = "SELECT id FROM provider_change WHERE org_id = $1 ORDER BY id DESC LIMIT 1";
    Ok(scalar_optional!(tx, ChangeId, sql, tx.org())?)
}

/// Inserts a command.
pub async fn insert(tx: &mut OrgTx, new: &NewChange<'_>, now: DateTime<Utc>) -> Result<(), Error> {
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

/// The time, for finding out what is due and which claims have expired.
///
/// After the clock was set back, times of before are in the future. Work that was never tried is due whatever its time, and so
/// is work that is due later than any retry. A claim that lasts longer than any claim has expired.
#[derive(Clone, Copy, Debug)]
pub struct QueueTime {
    pub now: DateTime<Utc>,
    /// Later than any retry from now.
    pub latest_due: DateTime<Utc>,
    /// Later than the end of any claim from now, on any node.
    pub latest_claim: DateTime<Utc>,
}

/// Lists the due commands of all organizations, the first of each topic, at most `limit`.
pub async fn due(tx: &mut PlatformTx, time: QueueTime, limit: i64) -> Result<Vec<(ProvenOrg, ChangeId)>, Error> {
    tx.as_worker().await?;
    Ok(fetch_all!(
        tx,
        (ProvenOrg, ChangeId),
        "SELECT c.org_id, c.id FROM provider_change c
         WHERE c.state = 'waiting' AND (c.due_at <= $1 OR c.tries = 0 OR c.due_at > $2)
           AND (c.taken_until IS NULL OR c.taken_until <= $1 OR c.taken_until > $3)
           AND NOT EXISTS (SELECT 1 FROM provider_change e
                           WHERE e.org_id = c.org_id AND e.topic = c.topic AND e.id < c.id AND e.state = 'waiting')
         ORDER BY c.due_at, c.id LIMIT $4",
        time.now,
        time.latest_due,
        time.latest_claim,
        limit,
    )?)
}

/// The pending commands of all organizations.
#[derive(Clone, Copy, Debug, FromRow)]
pub struct Pending {
    pub count: i64,
    /// When the oldest one was queued.
    pub oldest: Option<DateTime<Utc>>,
}

/// Counts the pending commands of all organizations.
pub async fn pending(tx: &mut PlatformTx) -> Result<Pending, Error> {
    tx.as_worker().await?;
    Ok(fetch_one!(
        tx,
        Pending,
        "SELECT COUNT(*) AS count, MIN(created_at) AS oldest FROM provider_change WHERE state = 'waiting'",
    )?)
}

/// A claimed command.
#[derive(Clone, Debug, FromRow)]
pub struct Taken {
    /// The command as JSON.
    pub change: String,
    pub tries: i64,
    pub created_at: DateTime<Utc>,
}

/// Claims a command until `until`, across all nodes. Returns `None` if another worker has it.
pub async fn claim(
    tx: &mut OrgTx,
    id: ChangeId,
    time: QueueTime,
    until: DateTime<Utc>,
) -> Result<Option<Taken>, Error> {
    Ok(fetch_optional!(
        tx,
        Taken,
        "UPDATE provider_change SET taken_until = $4
         WHERE org_id = $1 AND id = $2 AND state = 'waiting'
           AND (taken_until IS NULL OR taken_until <= $3 OR taken_until > $5)
         RETURNING change, tries, created_at",
        tx.org(),
        id,
        time.now,
        until,
        time.latest_claim,
    )?)
}

/// Deletes a command that was executed or is obsolete.
pub async fn delete(tx: &mut OrgTx, id: ChangeId) -> Result<(), Error> {
    execute!(tx, "DELETE FROM provider_change WHERE org_id = $1 AND id = $2", tx.org(), id)?;
    Ok(())
}

/// Releases a command after a failed attempt, which claimed it until `claimed_until`. It is retried at `due_at`, or marked
/// as failed if `due_at` is `None`. Changes nothing if the claim has expired and another attempt has claimed the command
/// since, whose outcome is the newer one.
pub async fn release(
    tx: &mut OrgTx,
    id: ChangeId,
    claimed_until: DateTime<Utc>,
    problem: &str,
    due_at: Option<DateTime<Utc>>,
) -> Result<(), Error> {
    execute!(
        tx,
        "UPDATE provider_change SET
             state = CASE WHEN $4 IS NULL THEN 'failed' ELSE 'waiting' END, due_at = COALESCE($4, due_at),
             problem = $3, tries = tries + 1, taken_until = NULL
         WHERE org_id = $1 AND id = $2 AND taken_until = $5",
        tx.org(),
        id,
        problem,
        due_at,
        claimed_until,
    )?;
    Ok(())
}

/// A pending or failed command.
#[derive(Clone, Debug, FromRow)]
pub struct Open {
    pub id: ChangeId,
    /// The command as JSON.
    pub change: String,
    /// Whether automatic retries have ended.
    pub is_failed: bool,
    /// The provider's last error.
    pub problem: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// Lists the pending and failed commands, oldest first.
pub async fn list(tx: &mut OrgTx) -> Result<Vec<Open>, Error> {
    Ok(fetch_all!(
        tx,
        Open,
        "SELECT id, change, state = 'failed' AS is_failed, problem, created_at
         FROM provider_change WHERE org_id = $1 ORDER BY id",
        tx.org(),
    )?)
}

/// Makes a command due now. Returns `false` if it does not exist.
pub async fn retry_now(tx: &mut OrgTx, id: ChangeId, now: DateTime<Utc>) -> Result<bool, Error> {
    let found = execute!(
        tx,
        "UPDATE provider_change SET state = 'waiting', due_at = $3 WHERE org_id = $1 AND id = $2",
        tx.org(),
        id,
        now,
    )?;
    Ok(found == 1)
}

/// Deletes a failed command. Returns `false` if it does not exist.
pub async fn delete_failed(tx: &mut OrgTx, id: ChangeId) -> Result<bool, Error> {
    let found =
        execute!(tx, "DELETE FROM provider_change WHERE org_id = $1 AND id = $2 AND state = 'failed'", tx.org(), id,)?;
    Ok(found == 1)
}

/// Whether a command of this topic is pending.
pub async fn is_waiting(tx: &mut OrgTx, topic: &str) -> Result<bool, Error> {
    Ok(exists!(
        tx,
        "SELECT 1 FROM provider_change WHERE org_id = $1 AND topic = $2 AND state = 'waiting'",
        tx.org(),
        topic,
    )?)
}

/// Lists the topics of the pending commands.
pub async fn topics(tx: &mut OrgTx) -> Result<Vec<String>, Error> {
    Ok(scalar_all!(
        tx,
        String,
        "SELECT DISTINCT topic FROM provider_change WHERE org_id = $1 AND state = 'waiting'",
        tx.org(),
    )?)
}
