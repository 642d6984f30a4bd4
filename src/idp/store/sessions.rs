//! Browsers that are signed in to the provider.

use chrono::TimeDelta;

use crate::{
    database::{
        Tx,
        query::{execute, fetch_optional},
    },
    idp::{
        id::{SessionId, UserId},
        secret::SecretHash,
        time::Timestamp,
    },
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
pub async fn by_cookie(tx: &mut Tx, cookie: &str, now: Timestamp) -> sqlx::Result<Option<Session>> {
    fetch_optional!(
        tx,
        _,
        "SELECT * FROM sessions WHERE cookie_hash = $1 AND expires_at > $2",
        SecretHash::of(cookie),
        now,
    )
}

/// Stores a session that begins now, and forgets those that have expired.
pub async fn insert(tx: &mut Tx, session: &Session, cookie: &str) -> sqlx::Result<()> {
    let now = session.authenticated_at;
    execute!(tx, "DELETE FROM sessions WHERE expires_at <= $1", now)?;
    execute!(
        tx,
        "INSERT INTO sessions (sid, cookie_hash, user_id, authenticated_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
        &session.sid,
        SecretHash::of(cookie),
        &session.user_id,
        now,
        now.plus(LIFETIME),
    )?;
    Ok(())
}

/// Signs the person out of every browser.
pub async fn delete_of_user(tx: &mut Tx, user: &UserId) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM sessions WHERE user_id = $1", user)?;
    Ok(())
}

pub async fn delete_by_cookie(tx: &mut Tx, cookie: &str) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM sessions WHERE cookie_hash = $1", SecretHash::of(cookie))?;
    Ok(())
}

/// Signs the person out of every browser.
pub async fn end_all_of_user(tx: &mut Tx, user: &UserId) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM sessions WHERE user_id = $1", user)?;
    Ok(())
}
