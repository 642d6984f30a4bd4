//! Refresh tokens, and the access tokens that `/userinfo` accepts.

use chrono::TimeDelta;

use crate::{
    idp::id::GrantId,
    kernel::{
        database::{
            Tx,
            query::{execute, fetch_optional, scalar_optional},
        },
        secret::SecretHash,
        unix_time::UnixTime,
    },
};

/// Lifetime of an unused refresh token. Each use replaces the token.
pub const REFRESH_LIFETIME: TimeDelta = TimeDelta::days(30);

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RefreshToken {
    pub grant_id: GrantId,
    pub expires_at: UnixTime,
    /// Time at which the token was exchanged for a new one.
    pub rotated_at: Option<UnixTime>,
}

/// Finds the refresh token, even if it was rotated or has expired.
pub async fn find_refresh(tx: &mut Tx, token: &str) -> sqlx::Result<Option<RefreshToken>> {
    fetch_optional!(
        tx,
        _,
        "SELECT grant_id, expires_at, rotated_at FROM refresh_tokens WHERE token_hash = $1",
        SecretHash::of(token)
    )
}

/// Inserts a refresh token and deletes expired refresh tokens.
pub async fn insert_refresh(tx: &mut Tx, token: &str, grant: &GrantId, now: UnixTime) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM refresh_tokens WHERE expires_at <= $1", now)?;
    execute!(
        tx,
        "INSERT INTO refresh_tokens (token_hash, grant_id, expires_at) VALUES ($1, $2, $3)",
        SecretHash::of(token),
        grant,
        now.plus(REFRESH_LIFETIME),
    )?;
    Ok(())
}

/// Claims the refresh token, which can be exchanged once. Returns false if it was exchanged before.
pub async fn claim_refresh(tx: &mut Tx, token: &str, now: UnixTime) -> sqlx::Result<bool> {
    let spent = execute!(
        tx,
        "UPDATE refresh_tokens SET rotated_at = $2 WHERE token_hash = $1 AND rotated_at IS NULL",
        SecretHash::of(token),
        now,
    )?;
    Ok(spent == 1)
}

/// Finds the grant of an access token that is neither expired nor revoked.
pub async fn grant_of_access(tx: &mut Tx, token: &str, now: UnixTime) -> sqlx::Result<Option<GrantId>> {
    scalar_optional!(
        tx,
        _,
        "SELECT g.id FROM access_tokens t JOIN grants g ON g.id = t.grant_id
         WHERE t.token_hash = $1 AND t.expires_at > $2 AND g.revoked_at IS NULL",
        SecretHash::of(token),
        now,
    )
}

/// Inserts an access token and deletes expired access tokens.
pub async fn insert_access(
    tx: &mut Tx,
    token: &str,
    grant: &GrantId,
    expires_at: UnixTime,
    now: UnixTime,
) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM access_tokens WHERE expires_at <= $1", now)?;
    // The same claims signed twice within a second give the same token, so the row may exist.
    execute!(
        tx,
        "INSERT INTO access_tokens (token_hash, grant_id, expires_at) VALUES ($1, $2, $3)
         ON CONFLICT (token_hash) DO UPDATE SET grant_id = excluded.grant_id, expires_at = excluded.expires_at",
        SecretHash::of(token),
        grant,
        expires_at,
    )?;
    Ok(())
}
