//! Browser session records, for `auth::session_store`.

use chrono::{DateTime, Utc};

use crate::{
    domain::ids::PersonId,
    server::{
        db::{Driver, PlatformTx, Single, execute, exists, fetch_all, scalar_optional},
        error::Error,
    },
};

/// Maximum number of sessions in which nobody has signed in, of all clients.
const MAX_STRANGERS: i64 = 100_000;

/// Whose a session is.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    /// The person who signed in last.
    pub person: Option<PersonId>,
    /// The provider's session id at that sign-in.
    pub sid: Option<&'a str>,
    /// The network of the client, unless somebody has signed in.
    pub stranger: Option<&'a str>,
}

/// Inserts a record. Returns `false` if the id exists.
pub async fn insert(
    tx: &mut PlatformTx,
    id: &str,
    record: &[u8],
    owner: Owner<'_>,
    expires_at: DateTime<Utc>,
) -> Result<bool, Error> {
    let added = execute!(
        tx,
        "INSERT INTO browser_session (id, record, person_id, sid, client, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING",
        id,
        record,
        owner.person,
        owner.sid,
        owner.stranger,
        expires_at,
    )?;
    Ok(added == 1)
}

/// Updates a record and its expiry. A deleted record stays deleted.
pub async fn update(
    tx: &mut PlatformTx,
    id: &str,
    record: &[u8],
    owner: Owner<'_>,
    expires_at: DateTime<Utc>,
) -> Result<(), Error> {
    update_record(tx, id, record, owner).await?;
    execute!(tx, "UPDATE browser_session SET expires_at = $2 WHERE id = $1", id, expires_at)?;
    Ok(())
}

/// Fetches a record, unless it has expired.
pub async fn find(single: &mut Single, id: &str, now: DateTime<Utc>) -> Result<Option<Vec<u8>>, Error> {
    Ok(scalar_optional!(
        single,
        Vec<u8>,
        "SELECT record FROM browser_session WHERE id = $1 AND expires_at > $2",
        id,
        now,
    )?)
}

/// Lists and locks the records in which `person` signed in last.
pub async fn of_person(tx: &mut PlatformTx, person: PersonId) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let sql = match tx.driver() {
        Driver::Sqlite => "SELECT id, record FROM browser_session WHERE person_id = $1",
        Driver::Postgres => "SELECT id, record FROM browser_session WHERE person_id = $1 FOR UPDATE",
    };
    Ok(fetch_all!(tx, (String, Vec<u8>), sql, person)?)
}

/// Lists and locks the records whose last sign-in was in the provider's session `sid`.
pub async fn of_sid(tx: &mut PlatformTx, sid: &str) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let sql = match tx.driver() {
        Driver::Sqlite => "SELECT id, record FROM browser_session WHERE sid = $1",
        Driver::Postgres => "SELECT id, record FROM browser_session WHERE sid = $1 FOR UPDATE",
    };
    Ok(fetch_all!(tx, (String, Vec<u8>), sql, sid)?)
}

/// Whether `client` has at least `count` sessions in which nobody has signed in.
pub async fn has_strangers(tx: &mut PlatformTx, client: &str, now: DateTime<Utc>, count: i64) -> Result<bool, Error> {
    Ok(exists!(
        tx,
        "SELECT 1 FROM browser_session WHERE client = $1 AND expires_at > $2 LIMIT 1 OFFSET $3",
        client,
        now,
        count - 1,
    )?)
}

/// Updates a record and its owner, and keeps its expiry.
pub async fn update_record(tx: &mut PlatformTx, id: &str, record: &[u8], owner: Owner<'_>) -> Result<(), Error> {
    execute!(
        tx,
        "UPDATE browser_session SET record = $2, person_id = $3, sid = $4, client = $5 WHERE id = $1",
        id,
        record,
        owner.person,
        owner.sid,
        owner.stranger,
    )?;
    Ok(())
}

/// Deletes a record.
pub async fn delete(tx: &mut PlatformTx, id: &str) -> Result<(), Error> {
    execute!(tx, "DELETE FROM browser_session WHERE id = $1", id)?;
    Ok(())
}

/// Deletes expired sessions, seats, pending logins, drafts and submissions, and the oldest sessions of strangers beyond
/// [`MAX_STRANGERS`]; returns the count.
pub async fn purge(tx: &mut PlatformTx, now: DateTime<Utc>) -> Result<u64, Error> {
    let sessions = execute!(tx, "DELETE FROM browser_session WHERE expires_at <= $1", now)?;
    tx.as_worker().await?;
    let seats = execute!(tx, "DELETE FROM seat WHERE ends_at <= $1", now)?;
    let logins = execute!(tx, "DELETE FROM login_transaction WHERE expires_at <= $1", now)?;
    let drafts = execute!(tx, "DELETE FROM form_draft WHERE expires_at <= $1", now)?;
    let forms = execute!(tx, "DELETE FROM form_submission WHERE expires_at <= $1", now)?;
    let strangers = execute!(
        tx,
        "DELETE FROM browser_session WHERE client IS NOT NULL AND expires_at <= (
             SELECT expires_at FROM browser_session WHERE client IS NOT NULL
             ORDER BY expires_at DESC LIMIT 1 OFFSET $1)",
        MAX_STRANGERS,
    )?;
    Ok(sessions + seats + logins + drafts + forms + strangers)
}
