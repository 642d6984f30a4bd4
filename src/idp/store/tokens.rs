//! Refresh tokens, and the access tokens that open `/userinfo`.

use chrono::TimeDelta;
use sqlx::SqliteConnection;

use crate::idp::{id::GrantId, secret::SecretHash, time::Timestamp};

/// How long a refresh token that is never used stays good. Each use gives a new one.
const REFRESH_LIFETIME: TimeDelta = TimeDelta::days(30);

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RefreshToken {
    pub grant_id: GrantId,
    pub expires_at: Timestamp,
    /// Set once it was exchanged for its successor.
    pub rotated_at: Option<Timestamp>,
}

/// The refresh token, rotated and expired ones too.
pub async fn find_refresh(conn: &mut SqliteConnection, token: &str) -> sqlx::Result<Option<RefreshToken>> {
    sqlx::query_as("SELECT * FROM refresh_tokens WHERE token_hash = $1")
        .bind(SecretHash::of(token))
        .fetch_optional(conn)
        .await
}

/// Stores a refresh token, and forgets those that have expired.
pub async fn insert_refresh(
    conn: &mut SqliteConnection,
    token: &str,
    grant: &GrantId,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM refresh_tokens WHERE expires_at <= $1").bind(now).execute(&mut *conn).await?;
    sqlx::query("INSERT INTO refresh_tokens (token_hash, grant_id, expires_at) VALUES ($1, $2, $3)")
        .bind(SecretHash::of(token))
        .bind(grant)
        .bind(now.plus(REFRESH_LIFETIME))
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn mark_rotated(conn: &mut SqliteConnection, token: &str, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query("UPDATE refresh_tokens SET rotated_at = $2 WHERE token_hash = $1")
        .bind(SecretHash::of(token))
        .bind(now)
        .execute(conn)
        .await?;
    Ok(())
}

/// The grant behind an access token that is neither expired nor revoked.
pub async fn grant_of_access(
    conn: &mut SqliteConnection,
    token: &str,
    now: Timestamp,
) -> sqlx::Result<Option<GrantId>> {
    sqlx::query_scalar(
        "SELECT g.id FROM access_tokens t JOIN grants g ON g.id = t.grant_id
         WHERE t.token_hash = $1 AND t.expires_at > $2 AND g.revoked_at IS NULL",
    )
    .bind(SecretHash::of(token))
    .bind(now)
    .fetch_optional(conn)
    .await
}

/// Stores an access token, and forgets those that have expired.
pub async fn insert_access(
    conn: &mut SqliteConnection,
    token: &str,
    grant: &GrantId,
    expires_at: Timestamp,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM access_tokens WHERE expires_at <= $1").bind(now).execute(&mut *conn).await?;
    // A token signed twice within a second is the same token.
    sqlx::query("INSERT OR REPLACE INTO access_tokens (token_hash, grant_id, expires_at) VALUES ($1, $2, $3)")
        .bind(SecretHash::of(token))
        .bind(grant)
        .bind(expires_at)
        .execute(conn)
        .await?;
    Ok(())
}
