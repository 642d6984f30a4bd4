//! Drafts of forms that were submitted after the session had ended.

use chrono::{DateTime, Utc};

use crate::{
    domain::ids::BrowserId,
    server::{
        db::{PlatformTx, execute, scalar_optional},
        error::Error,
    },
};

/// Inserts a sealed draft of `browser` under the fingerprint `id`.
pub async fn insert(
    tx: &mut PlatformTx,
    id: &str,
    browser: BrowserId,
    draft: &[u8],
    expires_at: DateTime<Utc>,
) -> Result<(), Error> {
    execute!(
        tx,
        "INSERT INTO form_draft (id, browser_id, draft, expires_at) VALUES ($1, $2, $3, $4)",
        id,
        browser,
        draft,
        expires_at,
    )?;
    Ok(())
}

/// Deletes the oldest drafts of `browser`, so that one more makes at most `count`.
pub async fn delete_oldest(tx: &mut PlatformTx, browser: BrowserId, count: i64) -> Result<(), Error> {
    execute!(
        tx,
        "DELETE FROM form_draft WHERE browser_id = $1 AND id NOT IN (
             SELECT id FROM form_draft WHERE browser_id = $1 ORDER BY expires_at DESC LIMIT $2)",
        browser,
        count - 1,
    )?;
    Ok(())
}

/// Finds a sealed draft of `browser`. It stays until it expires, so that reloading the page keeps the text.
pub async fn find(
    tx: &mut PlatformTx,
    id: &str,
    browser: BrowserId,
    now: DateTime<Utc>,
) -> Result<Option<Vec<u8>>, Error> {
    Ok(scalar_optional!(
        tx,
        Vec<u8>,
        "SELECT draft FROM form_draft WHERE id = $1 AND browser_id = $2 AND expires_at > $3",
        id,
        browser,
        now,
    )?)
}
