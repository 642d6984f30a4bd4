//! Sign-ins at other issuers under way.

use chrono::TimeDelta;

use crate::{
    idp::id::ConnectionId,
    kernel::{
        database::{
            Tx,
            query::{execute, fetch_optional},
        },
        secret::SecretHash,
        unix_time::UnixTime,
    },
};

/// How long a person has to sign in there: as long as for the login here.
const LIFETIME: TimeDelta = TimeDelta::hours(1);

/// A sign-in that has not expired.
#[derive(Debug, sqlx::FromRow)]
pub struct FederatedLogin {
    pub browser_hash: SecretHash,
    /// The `state` of the login here.
    pub login_state: String,
    pub connection_id: ConnectionId,
    pub nonce: String,
    pub code_verifier: String,
}

/// A sign-in that begins.
#[derive(Debug)]
pub struct NewFederatedLogin<'a> {
    pub state: &'a str,
    pub browser: &'a str,
    pub login_state: &'a str,
    pub connection_id: &'a ConnectionId,
    pub nonce: &'a str,
    pub code_verifier: &'a str,
}

/// Stores a sign-in that begins now, and forgets those that have expired.
pub async fn insert(tx: &mut Tx, new: &NewFederatedLogin<'_>, now: UnixTime) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM federations WHERE expires_at <= $1", now)?;
    execute!(
        tx,
        "INSERT INTO federations (state_hash, browser_hash, login_state, connection_id, nonce, code_verifier, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        SecretHash::of(new.state),
        SecretHash::of(new.browser),
        new.login_state,
        new.connection_id,
        new.nonce,
        new.code_verifier,
        now.plus(LIFETIME),
    )?;
    Ok(())
}

/// Takes the sign-in of `state` that `browser` began. Each is good once, and no other browser can use it up.
pub async fn claim(tx: &mut Tx, state: &str, browser: &str, now: UnixTime) -> sqlx::Result<Option<FederatedLogin>> {
    let found: Option<FederatedLogin> = fetch_optional!(
        tx,
        _,
        "SELECT * FROM federations WHERE state_hash = $1 AND expires_at > $2",
        SecretHash::of(state),
        now,
    )?;
    let Some(federation) = found.filter(|federation| federation.browser_hash.matches(browser)) else {
        return Ok(None);
    };
    let taken = execute!(tx, "DELETE FROM federations WHERE state_hash = $1", SecretHash::of(state))?;
    Ok((taken == 1).then_some(federation))
}
