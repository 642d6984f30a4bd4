//! Drafts of forms that were submitted after the session had ended.

use chrono::{DateTime, Utc};

use crate::{
    domain::ids::BrowserId,
    server::{
        db::{PlatformTx, execute, scalar_optional},
        error::Error,
    },
};

/// Maximum numbers of drafts: of a browser, of a client and of all. A new one beyond it deletes the oldest.
const MAX_OF_BROWSER: i64 = 10;
const MAX_OF_CLIENT: i64 = 50;
const MAX_OF_ALL: i64 = 1_000;

/// A draft to insert.
#[derive(Clone, Copy, Debug)]
pub struct NewDraft<'a> {
    /// Fingerprint of the draft's id.
    pub id: &'a str,
    pub browser: BrowserId,
    /// The network of the client.
    pub client: &'a str,
    pub sealed: &'a [u8],
    pub expires_at: DateTime<Utc>,
}

/// Inserts a draft, and deletes the oldest beyond the maximum numbers.
pub async fn insert(tx: &mut PlatformTx, draft: NewDraft<'_>) -> Result<(), Error> {
    execute!(
        tx,
        "INSERT INTO form_draft (id, browser_id, client, draft, expires_at) VALUES ($1, $2, $3, $4, $5)",
        draft.id,
        draft.browser,
        draft.client,
        draft.sealed,
        draft.expires_at,
    )?;
    execute!(
        tx,
        "DELETE FROM form_draft WHERE browser_id = $1 AND expires_at <= (
             SELECT expires_at FROM form_draft WHERE browser_id = $1 ORDER BY expires_at DESC LIMIT 1 OFFSET $2)",
        draft.browser,
        MAX_OF_BROWSER,
    )?;
    execute!(
        tx,
        "DELETE FROM form_draft WHERE client = $1 AND expires_at <= (
             SELECT expires_at FROM form_draft WHERE client = $1 ORDER BY expires_at DESC LIMIT 1 OFFSET $2)",
        draft.client,
        MAX_OF_CLIENT,
    )?;
    execute!(
        tx,
        "DELETE FROM form_draft WHERE expires_at <= (
             SELECT expires_at FROM form_draft ORDER BY expires_at DESC LIMIT 1 OFFSET $1)",
        MAX_OF_ALL,
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
