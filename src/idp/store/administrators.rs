//! Administrators of the console, and their sessions.

use chrono::TimeDelta;

use crate::{
    idp::store::known_browsers,
    kernel::{
        database::{
            Tx,
            query::{execute, exists, scalar_optional},
        },
        secret::SecretHash,
        unix_time::UnixTime,
    },
};

/// Lifetime of an administrator's session.
pub const LIFETIME: TimeDelta = TimeDelta::hours(8);

pub async fn any_exist(tx: &mut Tx) -> sqlx::Result<bool> {
    exists!(tx, "SELECT 1 FROM administrators")
}

pub async fn password_hash(tx: &mut Tx, name: &str) -> sqlx::Result<Option<String>> {
    scalar_optional!(tx, _, "SELECT password_hash FROM administrators WHERE name = $1", name)
}

/// Inserts the administrator. Returns false if the name is taken.
pub async fn insert(tx: &mut Tx, name: &str, password_hash: &str, now: UnixTime) -> sqlx::Result<bool> {
    let inserted = execute!(
        tx,
        "INSERT INTO administrators (name, password_hash, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        name,
        password_hash,
        now,
    )?;
    Ok(inserted == 1)
}

/// Name of the administrator as an account with a password, among the addresses of users.
pub fn account(name: &str) -> String {
    format!("administrator {}", name.chars().take(100).collect::<String>().to_lowercase())
}

/// Changes the administrator's password, deletes the administrator's sessions, and forgets the browsers in which the
/// old one was used.
pub async fn update_password(tx: &mut Tx, name: &str, password_hash: &str) -> sqlx::Result<()> {
    execute!(tx, "UPDATE administrators SET password_hash = $2 WHERE name = $1", name, password_hash)?;
    execute!(tx, "DELETE FROM administrator_sessions WHERE administrator = $1", name)?;
    known_browsers::delete_of_account(tx, &account(name)).await
}

/// Inserts a session of the administrator and deletes expired sessions.
pub async fn insert_session(tx: &mut Tx, name: &str, cookie: &str, now: UnixTime) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM administrator_sessions WHERE expires_at <= $1", now)?;
    execute!(
        tx,
        "INSERT INTO administrator_sessions (cookie_hash, administrator, expires_at) VALUES ($1, $2, $3)",
        SecretHash::of(cookie),
        name,
        now.plus(LIFETIME),
    )?;
    Ok(())
}

/// Finds the name of the administrator by the session cookie.
pub async fn by_cookie(tx: &mut Tx, cookie: &str, now: UnixTime) -> sqlx::Result<Option<String>> {
    scalar_optional!(
        tx,
        _,
        "SELECT administrator FROM administrator_sessions WHERE cookie_hash = $1 AND expires_at > $2",
        SecretHash::of(cookie),
        now,
    )
}

pub async fn delete_session(tx: &mut Tx, cookie: &str) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM administrator_sessions WHERE cookie_hash = $1", SecretHash::of(cookie))?;
    Ok(())
}
