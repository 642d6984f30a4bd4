//! Sessions of signed-in browsers at the provider.

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

/// Lifetime of a session, counted from the last authentication.
pub const LIFETIME: TimeDelta = TimeDelta::days(3);

/// A session that has not expired.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Session {
    pub sid: SessionId,
    pub user_id: UserId,
    /// When the user last authenticated.
    pub authenticated_at: UnixTime,
}

/// Columns of [`Session`], with a table alias such as `t.` or none.
macro_rules! session_columns {
    ($alias:literal) => {
        $crate::idp::store::columns!($alias, "sid", "user_id", "authenticated_at")
    };
}

/// Finds the session of a browser by its cookie.
pub async fn by_cookie(tx: &mut Tx, cookie: &str, now: UnixTime) -> sqlx::Result<Option<Session>> {
    fetch_optional!(
        tx,
        _,
        concat!("SELECT ", session_columns!(""), " FROM sessions WHERE cookie_hash = $1 AND expires_at > $2"),
        SecretHash::of(cookie),
        now,
    )
}

/// Inserts the session and deletes expired sessions.
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

/// Extends the session after the user authenticated again, and replaces its cookie.
pub async fn update(tx: &mut Tx, session: &Session, cookie: &str) -> sqlx::Result<()> {
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

/// Lists the sessions of the user.
pub async fn of_user(tx: &mut Tx, user: &UserId, now: UnixTime) -> sqlx::Result<Vec<Session>> {
    fetch_all!(
        tx,
        _,
        concat!("SELECT ", session_columns!(""), " FROM sessions WHERE user_id = $1 AND expires_at > $2 ORDER BY sid"),
        user,
        now
    )
}

pub async fn delete(tx: &mut Tx, sid: &SessionId) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM sessions WHERE sid = $1", sid)?;
    Ok(())
}
