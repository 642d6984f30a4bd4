//! Pending sign-ins at other issuers.

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

/// Time within which a user must sign in at the issuer, the same as for a login.
const LIFETIME: TimeDelta = TimeDelta::hours(1);

/// A pending sign-in at another issuer.
#[derive(Debug, sqlx::FromRow)]
pub struct FederatedLogin {
    pub browser_hash: SecretHash,
    /// `state` of the pending login at this provider.
    pub login_state: String,
    pub connection_id: ConnectionId,
    pub nonce: String,
    pub code_verifier: String,
}

/// A pending sign-in to insert.
#[derive(Debug)]
pub struct NewFederatedLogin<'a> {
    pub state: &'a str,
    pub browser: &'a str,
    pub login_state: &'a str,
    pub connection_id: &'a ConnectionId,
    pub nonce: &'a str,
    pub code_verifier: &'a str,
}

/// Inserts the pending sign-in and deletes expired ones.
pub async fn insert(tx: &mut Tx, new: &NewFederatedLogin<'_>, now: UnixTime) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM federated_logins WHERE expires_at <= $1", now)?;
    execute!(
        tx,
        "INSERT INTO federated_logins (state_hash, browser_hash, login_state, connection_id, nonce, code_verifier, expires_at)
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

/// Deletes and returns the pending sign-in with this `state`. Only the browser that began the sign-in can claim it, and
/// only once.
pub async fn claim(tx: &mut Tx, state: &str, browser: &str, now: UnixTime) -> sqlx::Result<Option<FederatedLogin>> {
    let found: Option<FederatedLogin> = fetch_optional!(
        tx,
        _,
        "SELECT browser_hash, login_state, connection_id, nonce, code_verifier FROM federated_logins WHERE state_hash = $1 AND expires_at > $2",
        SecretHash::of(state),
        now,
    )?;
    let Some(federation) = found.filter(|federation| federation.browser_hash.matches(browser)) else {
        return Ok(None);
    };
    let taken = execute!(tx, "DELETE FROM federated_logins WHERE state_hash = $1", SecretHash::of(state))?;
    Ok((taken == 1).then_some(federation))
}
