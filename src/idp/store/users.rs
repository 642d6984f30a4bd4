//! Table of users with their passwords.

use serde_json::{Map, Value};

use crate::{
    idp::{
        id::{ConnectionId, UserId},
        store::{JsonText, json_text},
    },
    kernel::{
        database::{
            Tx,
            query::{execute, exists, fetch_optional},
        },
        unix_time::UnixTime,
    },
};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct User {
    pub id: UserId,
    pub connection_id: ConnectionId,
    /// Address in lower case.
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
    /// Hash of the password; `None` for users of other issuers.
    pub password_hash: Option<String>,
    pub last_password_reset: Option<UnixTime>,
    pub last_login: Option<UnixTime>,
    pub last_ip: Option<String>,
    pub logins_count: i64,
    pub created_at: UnixTime,
    pub updated_at: UnixTime,
}

/// Columns of [`User`], with a table alias such as `t.` or none.
macro_rules! user_columns {
    ($alias:literal) => {
        $crate::idp::store::columns!(
            $alias,
            "id",
            "connection_id",
            "email",
            "email_verified",
            "username",
            "phone_number",
            "phone_verified",
            "name",
            "nickname",
            "given_name",
            "family_name",
            "picture",
            "user_metadata",
            "app_metadata",
            "blocked",
            "password_hash",
            "last_password_reset",
            "last_login",
            "last_ip",
            "logins_count",
            "created_at",
            "updated_at"
        )
    };
}

pub(super) use user_columns;

/// A user to insert.
#[derive(Debug)]
pub struct NewUser<'a> {
    pub id: &'a UserId,
    pub connection_id: &'a ConnectionId,
    /// Address in lower case.
    pub email: &'a str,
    pub email_verified: bool,
    pub name: &'a str,
    pub password_hash: Option<&'a str>,
}

/// A user as the issuer of a connection describes them.
#[derive(Debug)]
pub struct FederatedUser<'a> {
    pub id: &'a UserId,
    pub connection_id: &'a ConnectionId,
    /// Address in lower case.
    pub email: &'a str,
    pub email_verified: bool,
    pub name: &'a str,
    pub nickname: &'a str,
    pub given_name: Option<&'a str>,
    pub family_name: Option<&'a str>,
    pub picture: Option<&'a str>,
}

pub async fn find(tx: &mut Tx, id: &UserId) -> sqlx::Result<Option<User>> {
    fetch_optional!(tx, _, concat!("SELECT ", user_columns!(""), " FROM users WHERE id = $1"), id)
}

/// Whether an administrator blocked the user.
pub async fn is_blocked(tx: &mut Tx, id: &UserId) -> sqlx::Result<bool> {
    exists!(tx, "SELECT 1 FROM users WHERE id = $1 AND blocked", id)
}

/// Finds a user within the connection by the address, which must be in lower case.
pub async fn by_connection_and_email(
    tx: &mut Tx,
    connection: &ConnectionId,
    email: &str,
) -> sqlx::Result<Option<User>> {
    fetch_optional!(
        tx,
        _,
        concat!("SELECT ", user_columns!(""), " FROM users WHERE connection_id = $1 AND email = $2"),
        connection,
        email
    )
}

/// Finds a user who has a password by the address, which must be in lower case.
pub async fn with_password(tx: &mut Tx, email: &str) -> sqlx::Result<Option<User>> {
    fetch_optional!(
        tx,
        _,
        concat!(
            "SELECT ",
            user_columns!("u."),
            " FROM connections c JOIN users u ON u.connection_id = c.id
         WHERE c.strategy = 'auth0' AND u.email = $1 ORDER BY u.created_at, u.id LIMIT 1"
        ),
        email,
    )
}

/// Returns the default nickname: the part of the address before the `@`.
pub fn nickname(email: &str) -> &str {
    email.split('@').next().unwrap_or_default()
}

/// Inserts the user. Returns false if the id is taken, or the address within the connection.
pub async fn insert(tx: &mut Tx, user: &NewUser<'_>, now: UnixTime) -> sqlx::Result<bool> {
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
        nickname(user.email),
        user.password_hash,
        now,
    )?;
    Ok(inserted == 1)
}

/// Inserts the user, or updates the claims from the issuer.
pub async fn upsert_federated(tx: &mut Tx, user: &FederatedUser<'_>, now: UnixTime) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO users (id, connection_id, email, email_verified, name, nickname, given_name, family_name, picture,
             created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
         ON CONFLICT (id) DO UPDATE SET email = excluded.email, email_verified = excluded.email_verified,
             name = excluded.name, nickname = excluded.nickname, given_name = excluded.given_name,
             family_name = excluded.family_name, picture = excluded.picture, updated_at = excluded.updated_at",
        user.id,
        user.connection_id,
        user.email,
        user.email_verified,
        user.name,
        user.nickname,
        user.given_name,
        user.family_name,
        user.picture,
        now,
    )?;
    Ok(())
}

/// Records a sign-in of the user from the client address `address`.
pub async fn update_login(tx: &mut Tx, id: &UserId, address: &str, now: UnixTime) -> sqlx::Result<()> {
    execute!(
        tx,
        "UPDATE users SET last_login = $2, last_ip = $3, logins_count = logins_count + 1 WHERE id = $1",
        id,
        now,
        address,
    )?;
    Ok(())
}

/// Changes the password of the user, and forgets the browsers in which the old one was used.
pub async fn update_password(tx: &mut Tx, id: &UserId, password_hash: &str, now: UnixTime) -> sqlx::Result<()> {
    execute!(
        tx,
        "UPDATE users SET password_hash = $2, last_password_reset = $3, updated_at = $3 WHERE id = $1",
        id,
        password_hash,
        now,
    )?;
    execute!(tx, "DELETE FROM known_browsers WHERE account = (SELECT email FROM users WHERE id = $1)", id)?;
    Ok(())
}

/// Replaces the metadata of the user.
pub async fn update_metadata(
    tx: &mut Tx,
    id: &UserId,
    user: &Map<String, Value>,
    app: &Map<String, Value>,
    now: UnixTime,
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

/// Marks the address of a database user as verified. Another connection's issuer alone says whether it verified an
/// address.
pub async fn update_email_verified(tx: &mut Tx, id: &UserId, now: UnixTime) -> sqlx::Result<()> {
    execute!(
        tx,
        "UPDATE users SET email_verified = TRUE, updated_at = $2
         WHERE id = $1 AND NOT email_verified AND connection_id IN (SELECT id FROM connections WHERE strategy = 'auth0')",
        id,
        now,
    )?;
    Ok(())
}

/// Locks the user's row until the transaction ends. Returns false if the user does not exist.
pub async fn lock(tx: &mut Tx, id: &UserId) -> sqlx::Result<bool> {
    Ok(execute!(tx, "UPDATE users SET updated_at = updated_at WHERE id = $1", id)? == 1)
}

/// Updates all columns that administrators can change. Fails with a unique violation if the address is taken.
pub async fn update(tx: &mut Tx, user: &User) -> sqlx::Result<()> {
    execute!(
        tx,
        "UPDATE users SET email = $2, email_verified = $3, phone_number = $4, phone_verified = $5, name = $6,
             nickname = $7, given_name = $8, family_name = $9, picture = $10, user_metadata = $11, app_metadata = $12,
             blocked = $13, password_hash = $14, last_password_reset = $15, updated_at = $16
         WHERE id = $1",
        &user.id,
        &user.email,
        user.email_verified,
        &user.phone_number,
        user.phone_verified,
        &user.name,
        &user.nickname,
        &user.given_name,
        &user.family_name,
        &user.picture,
        json_text(&user.user_metadata.0)?,
        json_text(&user.app_metadata.0)?,
        user.blocked,
        &user.password_hash,
        user.last_password_reset,
        user.updated_at,
    )?;
    Ok(())
}

pub async fn any_exist(tx: &mut Tx) -> sqlx::Result<bool> {
    exists!(tx, "SELECT 1 FROM users")
}

/// Deletes the user with all sessions, grants and memberships. Returns false if the user does not exist.
pub async fn delete(tx: &mut Tx, id: &UserId) -> sqlx::Result<bool> {
    Ok(execute!(tx, "DELETE FROM users WHERE id = $1", id)? == 1)
}

/// Blocks or unblocks the user.
pub async fn update_blocked(tx: &mut Tx, id: &UserId, blocked: bool, now: UnixTime) -> sqlx::Result<()> {
    execute!(tx, "UPDATE users SET blocked = $2, updated_at = $3 WHERE id = $1", id, blocked, now)?;
    Ok(())
}
