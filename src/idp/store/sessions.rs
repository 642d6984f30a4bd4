//! Browsers that are signed in to the provider.

use chrono::TimeDelta;
use sqlx::SqliteConnection;

use crate::idp::{
    id::{SessionId, UserId},
    secret::SecretHash,
    time::Timestamp,
};

/// How long a browser stays signed in.
pub const LIFETIME: TimeDelta = TimeDelta::days(3);

/// A session that has not expired.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Session {
    pub sid: SessionId,
    pub user_id: UserId,
    /// When the person last proved who they are.
    pub authenticated_at: Timestamp,
}

/// The session behind a cookie.
pub async fn by_cookie(conn: &mut SqliteConnection, cookie: &str, now: Timestamp) -> sqlx::Result<Option<Session>> {
    sqlx::query_as("SELECT * FROM sessions WHERE cookie_hash = $1 AND expires_at > $2")
        .bind(SecretHash::of(cookie))
        .bind(now)
        .fetch_optional(conn)
        .await
}

/// Stores a session that begins now, and forgets those that have expired.
pub async fn insert(conn: &mut SqliteConnection, session: &Session, cookie: &str) -> sqlx::Result<()> {
    let now = session.authenticated_at;
    sqlx::query("DELETE FROM sessions WHERE expires_at <= $1").bind(now).execute(&mut *conn).await?;
    sqlx::query(
        "INSERT INTO sessions (sid, cookie_hash, user_id, authenticated_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&session.sid)
    .bind(SecretHash::of(cookie))
    .bind(&session.user_id)
    .bind(now)
    .bind(now.plus(LIFETIME))
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn delete_by_cookie(conn: &mut SqliteConnection, cookie: &str) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM sessions WHERE cookie_hash = $1").bind(SecretHash::of(cookie)).execute(conn).await?;
    Ok(())
}
