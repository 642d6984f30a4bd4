//! Browsers that are signed in to the provider.

use chrono::TimeDelta;

use crate::{
    idp::id::{SessionId, UserId},
    kernel::{
        database::{
            Tx,
            query::{execute, fetch_all, fetch_optional},
        },
        secret::SecretHash,
        unix_time::UnixTime,
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
    pub authenticated_at: UnixTime,
}

/// The session behind a cookie.
pub async fn by_cookie(tx: &mut Tx, cookie: &str, now: UnixTime) -> sqlx::Result<Option<Session>> {
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

/// Goes on with a session whose person has just proved again who they are, under another cookie.
pub async fn renew(tx: &mut Tx, session: &Session, cookie: &str) -> sqlx::Result<()> {
    let now = session.authenticated_at;
    execute!(
        tx,
        "UPDATE sessions SET cookie_hash = $2, authenticated_at = $3, expires_at = $4 WHERE sid = $1",
        &session.sid,
        SecretHash::of(cookie),
        now,
        now.plus(LIFETIME),
    )?;
    Ok(())
}

/// Everywhere that the person is signed in.
pub async fn of_user(tx: &mut Tx, user: &UserId, now: UnixTime) -> sqlx::Result<Vec<Session>> {
    fetch_all!(tx, _, "SELECT * FROM sessions WHERE user_id = $1 AND expires_at > $2 ORDER BY sid", user, now)
}

pub async fn delete(tx: &mut Tx, sid: &SessionId) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM sessions WHERE sid = $1", sid)?;
    Ok(())
}
