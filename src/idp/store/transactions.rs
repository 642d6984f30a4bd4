//! Logins under way, one for each tab.

use chrono::TimeDelta;
use sqlx::SqliteConnection;

use super::{JsonText, json_text};
use crate::idp::{authorization::AuthorizationRequest, id::SessionId, secret::SecretHash, time::Timestamp};

/// How long a person has to sign in.
const LIFETIME: TimeDelta = TimeDelta::hours(1);

/// A login that has not expired.
#[derive(Debug, sqlx::FromRow)]
pub struct Transaction {
    pub browser_hash: SecretHash,
    #[sqlx(try_from = "String")]
    pub request: JsonText<AuthorizationRequest>,
    /// The session that this login made or found.
    pub session_sid: Option<SessionId>,
    pub finished: bool,
}

pub async fn find(conn: &mut SqliteConnection, state: &str, now: Timestamp) -> sqlx::Result<Option<Transaction>> {
    sqlx::query_as("SELECT * FROM transactions WHERE state_hash = $1 AND expires_at > $2")
        .bind(SecretHash::of(state))
        .bind(now)
        .fetch_optional(conn)
        .await
}

/// Stores a login that begins now, and forgets those that have expired.
pub async fn insert(
    conn: &mut SqliteConnection,
    state: &str,
    browser: &str,
    request: &AuthorizationRequest,
    session: Option<&SessionId>,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM transactions WHERE expires_at <= $1").bind(now).execute(&mut *conn).await?;
    sqlx::query(
        "INSERT INTO transactions (state_hash, browser_hash, request, session_sid, expires_at)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(SecretHash::of(state))
    .bind(SecretHash::of(browser))
    .bind(json_text(request)?)
    .bind(session)
    .bind(now.plus(LIFETIME))
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn set_request(conn: &mut SqliteConnection, state: &str, request: &AuthorizationRequest) -> sqlx::Result<()> {
    sqlx::query("UPDATE transactions SET request = $2 WHERE state_hash = $1")
        .bind(SecretHash::of(state))
        .bind(json_text(request)?)
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn set_session(conn: &mut SqliteConnection, state: &str, session: &SessionId) -> sqlx::Result<()> {
    sqlx::query("UPDATE transactions SET session_sid = $2 WHERE state_hash = $1")
        .bind(SecretHash::of(state))
        .bind(session)
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends the login: it can give no second code.
pub async fn finish(conn: &mut SqliteConnection, state: &str) -> sqlx::Result<()> {
    sqlx::query("UPDATE transactions SET finished = 1 WHERE state_hash = $1")
        .bind(SecretHash::of(state))
        .execute(conn)
        .await?;
    Ok(())
}
