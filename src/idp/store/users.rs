//! People and their passwords.

use sqlx::SqliteConnection;

use crate::idp::{id::UserId, time::Timestamp};

/// A person as the provider knows them.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct User {
    pub id: UserId,
    pub email: String,
    pub email_verified: bool,
    pub name: String,
    pub nickname: String,
    pub picture: Option<String>,
    pub password_hash: String,
    pub updated_at: Timestamp,
}

/// A person to be created.
#[derive(Debug)]
pub struct NewUser<'a> {
    pub id: &'a UserId,
    /// In lower case.
    pub email: &'a str,
    pub email_verified: bool,
    pub name: &'a str,
    pub password_hash: &'a str,
}

pub async fn find(conn: &mut SqliteConnection, id: &UserId) -> sqlx::Result<Option<User>> {
    sqlx::query_as("SELECT * FROM users WHERE id = $1").bind(id).fetch_optional(conn).await
}

pub async fn by_email(conn: &mut SqliteConnection, email: &str) -> sqlx::Result<Option<User>> {
    sqlx::query_as("SELECT * FROM users WHERE email = $1").bind(email).fetch_optional(conn).await
}

/// Creates the person; false when the id or the e-mail address is taken.
pub async fn insert(conn: &mut SqliteConnection, user: &NewUser<'_>, now: Timestamp) -> sqlx::Result<bool> {
    let nickname = user.email.split('@').next().unwrap_or_default();
    let inserted = sqlx::query(
        "INSERT INTO users (id, email, email_verified, name, nickname, password_hash, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT DO NOTHING",
    )
    .bind(user.id)
    .bind(user.email)
    .bind(user.email_verified)
    .bind(user.name)
    .bind(nickname)
    .bind(user.password_hash)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

pub async fn verify_email(conn: &mut SqliteConnection, id: &UserId, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query("UPDATE users SET email_verified = 1, updated_at = $2 WHERE id = $1 AND email_verified = 0")
        .bind(id)
        .bind(now)
        .execute(conn)
        .await?;
    Ok(())
}
