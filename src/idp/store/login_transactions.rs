//! Pending logins. Each browser tab can have its own.

use chrono::TimeDelta;

use crate::{
    idp::{
        authorization::AuthorizationRequest,
        id::SessionId,
        store::{JsonText, json_text},
    },
    kernel::{
        database::{
            Tx,
            query::{execute, fetch_optional},
        },
        secret::SecretHash,
        unix_time::UnixTime,
    },
};

/// Time within which a user must complete the login.
const LIFETIME: TimeDelta = TimeDelta::hours(1);

/// A login that has not expired.
#[derive(Debug, sqlx::FromRow)]
pub struct LoginTransaction {
    pub browser_hash: SecretHash,
    #[sqlx(try_from = "String")]
    pub request: JsonText<AuthorizationRequest>,
    /// Session that the login created or found.
    pub session_sid: Option<SessionId>,
    pub is_finished: bool,
}

pub async fn find(tx: &mut Tx, state: &str, now: UnixTime) -> sqlx::Result<Option<LoginTransaction>> {
    fetch_optional!(
        tx,
        _,
        "SELECT browser_hash, request, session_sid, is_finished FROM login_transactions WHERE state_hash = $1 AND expires_at > $2",
        SecretHash::of(state),
        now,
    )
}

/// Inserts the login and deletes expired logins.
pub async fn insert(
    tx: &mut Tx,
    state: &str,
    browser: &str,
    request: &AuthorizationRequest,
    session: Option<&SessionId>,
    now: UnixTime,
) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM login_transactions WHERE expires_at <= $1", now)?;
    execute!(
        tx,
        "INSERT INTO login_transactions (state_hash, browser_hash, request, session_sid, expires_at)
         VALUES ($1, $2, $3, $4, $5)",
        SecretHash::of(state),
        SecretHash::of(browser),
        json_text(request)?,
        session,
        now.plus(LIFETIME),
    )?;
    Ok(())
}

pub async fn update_request(tx: &mut Tx, state: &str, request: &AuthorizationRequest) -> sqlx::Result<()> {
    execute!(
        tx,
        "UPDATE login_transactions SET request = $2 WHERE state_hash = $1",
        SecretHash::of(state),
        json_text(request)?,
    )?;
    Ok(())
}

pub async fn update_session(tx: &mut Tx, state: &str, session: &SessionId) -> sqlx::Result<()> {
    execute!(
        tx,
        "UPDATE login_transactions SET session_sid = $2 WHERE state_hash = $1",
        SecretHash::of(state),
        session,
    )?;
    Ok(())
}

/// Marks the login as finished, so that it cannot issue a second code.
pub async fn update_finished(tx: &mut Tx, state: &str) -> sqlx::Result<()> {
    execute!(tx, "UPDATE login_transactions SET is_finished = TRUE WHERE state_hash = $1", SecretHash::of(state))?;
    Ok(())
}
