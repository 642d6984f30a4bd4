//! Authorization codes.

use chrono::TimeDelta;
use sqlx::SqliteConnection;

use crate::idp::{id::GrantId, secret::SecretHash, time::Timestamp};

/// How long a client has to redeem a code.
const LIFETIME: TimeDelta = TimeDelta::seconds(60);
/// How long a code is remembered, so that a replay is recognised as one.
const REMEMBERED: TimeDelta = TimeDelta::days(1);

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Code {
    pub grant_id: GrantId,
    pub redirect_uri: String,
    pub challenge: Option<String>,
    pub nonce: Option<String>,
    pub expires_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

/// A code to be stored; it expires a minute from now.
#[derive(Debug)]
pub struct NewCode<'a> {
    pub code: &'a str,
    pub grant_id: &'a GrantId,
    pub redirect_uri: &'a str,
    pub challenge: Option<&'a str>,
    pub nonce: Option<&'a str>,
}

/// The code, used and expired ones too.
pub async fn find(conn: &mut SqliteConnection, code: &str) -> sqlx::Result<Option<Code>> {
    sqlx::query_as("SELECT * FROM codes WHERE code_hash = $1").bind(SecretHash::of(code)).fetch_optional(conn).await
}

pub async fn insert(conn: &mut SqliteConnection, code: &NewCode<'_>, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM codes WHERE expires_at <= $1").bind(now.plus(-REMEMBERED)).execute(&mut *conn).await?;
    sqlx::query(
        "INSERT INTO codes (code_hash, grant_id, redirect_uri, challenge, nonce, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(SecretHash::of(code.code))
    .bind(code.grant_id)
    .bind(code.redirect_uri)
    .bind(code.challenge)
    .bind(code.nonce)
    .bind(now.plus(LIFETIME))
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn mark_used(conn: &mut SqliteConnection, code: &str, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query("UPDATE codes SET used_at = $2 WHERE code_hash = $1")
        .bind(SecretHash::of(code))
        .bind(now)
        .execute(conn)
        .await?;
    Ok(())
}
