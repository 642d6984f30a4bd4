//! Browsers in which an account has signed in with its password before.

use chrono::TimeDelta;

use crate::kernel::{
    database::{
        Tx,
        query::{execute, exists},
    },
    secret::SecretHash,
    unix_time::UnixTime,
};

/// How long a browser stays known after the last sign-in.
pub const LIFETIME: TimeDelta = TimeDelta::days(365);

/// Maximum number of known browsers of an account. The oldest is forgotten.
const MAX_PER_ACCOUNT: i64 = 20;

/// Whether `account` has signed in in the browser with this cookie.
pub async fn is_known(tx: &mut Tx, cookie: &str, account: &str, now: UnixTime) -> sqlx::Result<bool> {
    exists!(
        tx,
        "SELECT 1 FROM known_browsers WHERE account = $1 AND cookie_hash = $2 AND expires_at > $3",
        account,
        SecretHash::of(cookie),
        now,
    )
}

/// Inserts a browser of `account`, and deletes those that have expired or are too many.
pub async fn insert(tx: &mut Tx, cookie: &str, account: &str, now: UnixTime) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM known_browsers WHERE expires_at <= $1", now)?;
    execute!(
        tx,
        "INSERT INTO known_browsers (account, cookie_hash, expires_at) VALUES ($1, $2, $3)
         ON CONFLICT (account, cookie_hash) DO UPDATE SET expires_at = excluded.expires_at",
        account,
        SecretHash::of(cookie),
        now.plus(LIFETIME),
    )?;
    execute!(
        tx,
        "DELETE FROM known_browsers WHERE account = $1 AND cookie_hash NOT IN
             (SELECT cookie_hash FROM known_browsers WHERE account = $1 ORDER BY expires_at DESC, cookie_hash LIMIT $2)",
        account,
        MAX_PER_ACCOUNT,
    )?;
    Ok(())
}

/// Replaces the cookie of a browser, for all accounts that have signed in in it.
pub async fn update_cookie(tx: &mut Tx, old: &str, new: &str) -> sqlx::Result<()> {
    execute!(
        tx,
        "UPDATE known_browsers SET cookie_hash = $2 WHERE cookie_hash = $1",
        SecretHash::of(old),
        SecretHash::of(new),
    )?;
    Ok(())
}

/// Forgets all browsers of `account`.
pub async fn delete_of_account(tx: &mut Tx, account: &str) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM known_browsers WHERE account = $1", account)?;
    Ok(())
}
