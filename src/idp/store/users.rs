//! People and their passwords.

use serde_json::{Map, Value};

use super::{JsonText, json_text};
use crate::{
    database::{
        Tx,
        query::{execute, fetch_all, fetch_optional},
    },
    idp::{
        id::{ConnectionId, UserId},
        time::Timestamp,
    },
};

/// A person as the provider knows them.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct User {
    pub id: UserId,
    pub connection_id: ConnectionId,
    /// In lower case.
    pub email: String,
    pub email_verified: bool,
    pub username: Option<String>,
    pub phone_number: Option<String>,
    pub phone_verified: Option<bool>,
    pub name: String,
    pub nickname: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub picture: Option<String>,
    #[sqlx(try_from = "String")]
    pub user_metadata: JsonText<Map<String, Value>>,
    #[sqlx(try_from = "String")]
    pub app_metadata: JsonText<Map<String, Value>>,
    pub blocked: bool,
    /// Absent for people of somebody else's sign-in.
    pub password_hash: Option<String>,
    pub last_password_reset: Option<Timestamp>,
    pub last_login: Option<Timestamp>,
    pub last_ip: Option<String>,
    pub logins_count: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A person to be created.
#[derive(Debug)]
pub struct NewUser<'a> {
    pub id: &'a UserId,
    pub connection_id: &'a ConnectionId,
    /// In lower case.
    pub email: &'a str,
    pub email_verified: bool,
    pub name: &'a str,
    pub password_hash: Option<&'a str>,
}

pub async fn find(tx: &mut Tx, id: &UserId) -> sqlx::Result<Option<User>> {
    fetch_optional!(tx, _, "SELECT * FROM users WHERE id = $1", id)
}

/// Everybody with the address, one for each connection. It must be in lower case.
pub async fn by_email(tx: &mut Tx, email: &str) -> sqlx::Result<Vec<User>> {
    fetch_all!(tx, _, "SELECT * FROM users WHERE email = $1 ORDER BY created_at, id", email)
}

/// Who has the address, in lower case, within the connection.
pub async fn by_connection_and_email(
    tx: &mut Tx,
    connection: &ConnectionId,
    email: &str,
) -> sqlx::Result<Option<User>> {
    fetch_optional!(tx, _, "SELECT * FROM users WHERE connection_id = $1 AND email = $2", connection, email)
}

/// Who has the address, in lower case, among the people with passwords.
pub async fn with_password(tx: &mut Tx, email: &str) -> sqlx::Result<Option<User>> {
    fetch_optional!(
        tx,
        _,
        "SELECT u.* FROM connections c JOIN users u ON u.connection_id = c.id
         WHERE c.strategy = 'auth0' AND u.email = $1 ORDER BY u.created_at, u.id LIMIT 1",
        email,
    )
}

/// Creates the person; false when the id or the e-mail address is taken.
pub async fn insert(tx: &mut Tx, user: &NewUser<'_>, now: Timestamp) -> sqlx::Result<bool> {
    let nickname = user.email.split('@').next().unwrap_or_default();
    let inserted = execute!(
        tx,
        "INSERT INTO users
             (id, connection_id, email, email_verified, name, nickname, password_hash, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT DO NOTHING",
        user.id,
        user.connection_id,
        user.email,
        user.email_verified,
        user.name,
        nickname,
        user.password_hash,
        now,
    )?;
    Ok(inserted == 1)
}

/// Notes that the person has signed in from `address`.
pub async fn login_succeeded(tx: &mut Tx, id: &UserId, address: &str, now: Timestamp) -> sqlx::Result<()> {
    execute!(
        tx,
        "UPDATE users SET last_login = $2, last_ip = $3, logins_count = logins_count + 1 WHERE id = $1",
        id,
        now,
        address,
    )?;
    Ok(())
}

/// Gives the person another password.
pub async fn set_password(tx: &mut Tx, id: &UserId, password_hash: &str, now: Timestamp) -> sqlx::Result<()> {
    execute!(
        tx,
        "UPDATE users SET password_hash = $2, last_password_reset = $3, updated_at = $3 WHERE id = $1",
        id,
        password_hash,
        now,
    )?;
    Ok(())
}

/// Stores what was noted about the person, whole.
pub async fn set_metadata(
    tx: &mut Tx,
    id: &UserId,
    user: &Map<String, Value>,
    app: &Map<String, Value>,
    now: Timestamp,
) -> sqlx::Result<()> {
    execute!(
        tx,
        "UPDATE users SET user_metadata = $2, app_metadata = $3, updated_at = $4 WHERE id = $1",
        id,
        json_text(user)?,
        json_text(app)?,
        now,
    )?;
    Ok(())
}

pub async fn verify_email(tx: &mut Tx, id: &UserId, now: Timestamp) -> sqlx::Result<()> {
    execute!(
        tx,
        "UPDATE users SET email_verified = TRUE, updated_at = $2 WHERE id = $1 AND NOT email_verified",
        id,
        now,
    )?;
    Ok(())
}

/// Blocks the person, who can then sign in nowhere, or lets them in again.
pub async fn set_blocked(tx: &mut Tx, id: &UserId, blocked: bool, now: Timestamp) -> sqlx::Result<()> {
    execute!(tx, "UPDATE users SET blocked = $2, updated_at = $3 WHERE id = $1", id, blocked, now)?;
    Ok(())
}
