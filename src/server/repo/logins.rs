//! Sign-ins under way, one row for each tab that began one.

use chrono::{DateTime, Utc};

use crate::{
    domain::ids::BrowserId,
    server::{
        db::{PlatformTx, execute, fetch_optional},
        error::Error,
    },
};

/// The most sign-ins that one browser may have under way; beyond it the oldest is forgotten.
const MOST_PER_BROWSER: i64 = 20;

/// Keeps a sealed attempt of `browser` under the fingerprint of its `state`.
pub async fn begin(
    tx: &mut PlatformTx,
    state: &str,
    browser: BrowserId,
    attempt: &[u8],
    expires_at: DateTime<Utc>,
) -> Result<(), Error> {
    execute!(
        tx,
        "INSERT INTO login_attempt (state, browser_id, attempt, expires_at) VALUES ($1, $2, $3, $4)",
        state,
        browser,
        attempt,
        expires_at,
    )?;
    execute!(
        tx,
        "DELETE FROM login_attempt WHERE browser_id = $1 AND state NOT IN (
            SELECT state FROM login_attempt WHERE browser_id = $1 ORDER BY expires_at DESC LIMIT $2)",
        browser,
        MOST_PER_BROWSER,
    )?;
    Ok(())
}

/// Takes the sealed attempt that `state` is the fingerprint of, if `browser` began it and it has not expired. It can be
/// taken once.
pub async fn take(
    tx: &mut PlatformTx,
    state: &str,
    browser: BrowserId,
    now: DateTime<Utc>,
) -> Result<Option<Vec<u8>>, Error> {
    let row = fetch_optional!(
        tx,
        (Vec<u8>,),
        "DELETE FROM login_attempt WHERE state = $1 AND browser_id = $2 AND expires_at > $3 RETURNING attempt",
        state,
        browser,
        now,
    )?;
    Ok(row.map(|(attempt,)| attempt))
}
