//! Table of authorization codes.

use chrono::TimeDelta;

use crate::{
    idp::id::GrantId,
    kernel::{
        database::{
            Tx,
            query::{execute, fetch_optional},
        },
        secret::SecretHash,
        unix_time::UnixTime,
    },
};

/// Time within which a client must redeem a code.
const LIFETIME: TimeDelta = TimeDelta::seconds(60);
/// How long a code is kept to detect a replay.
const RETENTION: TimeDelta = TimeDelta::days(1);

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Code {
    pub grant_id: GrantId,
    pub redirect_uri: String,
    pub code_challenge: Option<String>,
    pub nonce: Option<String>,
    pub expires_at: UnixTime,
    pub used_at: Option<UnixTime>,
}

/// An authorization code to insert.
#[derive(Debug)]
pub struct NewCode<'a> {
    pub code: &'a str,
    pub grant_id: &'a GrantId,
    pub redirect_uri: &'a str,
    pub code_challenge: Option<&'a str>,
    pub nonce: Option<&'a str>,
}

/// Finds the code, even if it was used or has expired.
pub async fn find(tx: &mut Tx, code: &str) -> sqlx::Result<Option<Code>> {
    fetch_optional!(
        tx,
        _,
        "SELECT grant_id, redirect_uri, code_challenge, nonce, expires_at, used_at FROM codes WHERE code_hash = $1",
        SecretHash::of(code)
    )
}

pub async fn insert(tx: &mut Tx, code: &NewCode<'_>, now: UnixTime) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM codes WHERE expires_at <= $1", now.plus(-RETENTION))?;
    execute!(
        tx,
        "INSERT INTO codes (code_hash, grant_id, redirect_uri, code_challenge, nonce, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        SecretHash::of(code.code),
        code.grant_id,
        code.redirect_uri,
        code.code_challenge,
        code.nonce,
        now.plus(LIFETIME),
    )?;
    Ok(())
}

/// Claims the code, which can be used once. Returns false if it was used before.
pub async fn claim(tx: &mut Tx, code: &str, now: UnixTime) -> sqlx::Result<bool> {
    let spent = execute!(
        tx,
        "UPDATE codes SET used_at = $2 WHERE code_hash = $1 AND used_at IS NULL",
        SecretHash::of(code),
        now,
    )?;
    Ok(spent == 1)
}
