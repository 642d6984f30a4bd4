//! Browser session records, for `auth::session_store`.

use chrono::{DateTime, Utc};

use crate::server::{
    db::{Driver, PlatformTx, execute, fetch_all, scalar_optional},
    error::Error,
};

/// Inserts a record. Returns `false` if the id exists.
pub async fn insert(tx: &mut PlatformTx, id: &str, record: &[u8], expires_at: DateTime<Utc>) -> Result<bool, Error> {
    let added = execute!(
        tx,
        "INSERT INTO browser_session (id, record, expires_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING",
        id,
        record,
        expires_at,
    )?;
    Ok(added == 1)
}

/// Updates a record and its expiry. A deleted record stays deleted.
pub async fn update(tx: &mut PlatformTx, id: &str, record: &[u8], expires_at: DateTime<Utc>) -> Result<(), Error> {
    execute!(tx, "UPDATE browser_session SET record = $2, expires_at = $3 WHERE id = $1", id, record, expires_at,)?;
    Ok(())
}

/// Fetches a record, unless it has expired.
pub async fn find(tx: &mut PlatformTx, id: &str, now: DateTime<Utc>) -> Result<Option<Vec<u8>>, Error> {
    Ok(scalar_optional!(tx, Vec<u8>, "SELECT record FROM browser_session WHERE id = $1 AND expires_at > $2", id, now,)?)
}

/// Lists and locks the records that contain `text`. Scans all sessions, so only rare operations may call it.
pub async fn with_text(tx: &mut PlatformTx, text: &str) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let sql = match tx.driver() {
        Driver::Sqlite => "SELECT id, record FROM browser_session WHERE instr(record, $1) > 0",
        Driver::Postgres => "SELECT id, record FROM browser_session WHERE position($1 IN record) > 0 FOR UPDATE",
    };
    Ok(fetch_all!(tx, (String, Vec<u8>), sql, text.as_bytes())?)
}

/// Updates a record and keeps its expiry.
pub async fn update_record(tx: &mut PlatformTx, id: &str, record: &[u8]) -> Result<(), Error> {
    execute!(tx, "UPDATE browser_session SET record = $2 WHERE id = $1", id, record)?;
    Ok(())
}

/// Deletes a record.
pub async fn delete(tx: &mut PlatformTx, id: &str) -> Result<(), Error> {
    execute!(tx, "DELETE FROM browser_session WHERE id = $1", id)?;
    Ok(())
}

/// Deletes expired sessions, seats, pending logins and drafts; returns the count.
pub async fn purge(tx: &mut PlatformTx, now: DateTime<Utc>) -> Result<u64, Error> {
    let sessions = execute!(tx, "DELETE FROM browser_session WHERE expires_at <= $1", now)?;
    let seats = execute!(tx, "DELETE FROM seat WHERE ends_at <= $1", now)?;
    let logins = execute!(tx, "DELETE FROM login_transaction WHERE expires_at <= $1", now)?;
    let drafts = execute!(tx, "DELETE FROM form_draft WHERE expires_at <= $1", now)?;
    Ok(sessions + seats + logins + drafts)
}
