//! Login transactions, one row per tab that started one.

use chrono::{DateTime, Utc};

use crate::{
    domain::ids::BrowserId,
    server::{
        db::{PlatformTx, execute, scalar_optional},
        error::Error,
    },
};

/// The maximum number of login transactions of a browser. A new one beyond it deletes the oldest.
const MAX_PER_BROWSER: i64 = 20;

/// Inserts a sealed login transaction of `browser` under the fingerprint of its `state`.
pub async fn insert(
    tx: &mut PlatformTx,
    state: &str,
    browser: BrowserId,
    sealed: &[u8],
    expires_at: DateTime<Utc>,
) -> Result<(), Error> {
    execute!(
        tx,
        "INSERT INTO login_transaction (state, browser_id, sealed, expires_at) VALUES ($1, $2, $3, $4)",
        state,
        browser,
        sealed,
        expires_at,
    )?;
    execute!(
        tx,
        "DELETE FROM login_transaction WHERE browser_id = $1 AND state NOT IN (
            SELECT state FROM login_transaction WHERE browser_id = $1 ORDER BY expires_at DESC LIMIT $2)",
        browser,
        MAX_PER_BROWSER,
    )?;
    Ok(())
}

/// Deletes and returns the login transaction with this fingerprint, if `browser` started it and it has not expired. So each
/// can be used once.
pub async fn claim(
    tx: &mut PlatformTx,
    state: &str,
    browser: BrowserId,
    now: DateTime<Utc>,
) -> Result<Option<Vec<u8>>, Error> {
    Ok(scalar_optional!(
        tx,
        Vec<u8>,
        "DELETE FROM login_transaction WHERE state = $1 AND browser_id = $2 AND expires_at > $3 RETURNING sealed",
        state,
        browser,
        now,
    )?)
}
