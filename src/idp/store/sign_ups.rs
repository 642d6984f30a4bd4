//! Sign-ups that wait for the verification of their address.

use crate::{
    idp::id::{ClientId, ConnectionId, OrganizationId},
    kernel::{
        database::{
            Tx,
            query::{execute, fetch_optional},
        },
        secret::SecretHash,
        unix_time::UnixTime,
    },
};

/// A pending sign-up that has not expired.
#[derive(Debug, sqlx::FromRow)]
pub struct SignUp {
    /// Hash of the cookie of the browser that began the sign-up.
    pub browser_hash: SecretHash,
    /// `state` of the login in which the sign-up began.
    pub login_state: String,
    pub client_id: ClientId,
    pub organization_id: Option<OrganizationId>,
    pub connection_id: ConnectionId,
    /// Address in lower case.
    pub email: String,
    pub name: String,
    pub password_hash: String,
}

/// A sign-up to insert.
#[derive(Debug)]
pub struct NewSignUp<'a> {
    pub ticket: &'a str,
    pub browser: &'a str,
    pub login_state: &'a str,
    pub client_id: &'a ClientId,
    pub organization_id: Option<&'a OrganizationId>,
    pub connection_id: &'a ConnectionId,
    /// Address in lower case.
    pub email: &'a str,
    pub name: &'a str,
    pub password_hash: &'a str,
    pub expires_at: UnixTime,
}

/// Inserts the sign-up and deletes expired sign-ups. Other sign-ups with the same address stay valid.
pub async fn insert(tx: &mut Tx, new: &NewSignUp<'_>, now: UnixTime) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM sign_ups WHERE expires_at <= $1", now)?;
    execute!(
        tx,
        "INSERT INTO sign_ups (ticket_hash, browser_hash, login_state, client_id, organization_id, connection_id, email,
             name, password_hash, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        SecretHash::of(new.ticket),
        SecretHash::of(new.browser),
        new.login_state,
        new.client_id,
        new.organization_id,
        new.connection_id,
        new.email,
        new.name,
        new.password_hash,
        new.expires_at,
    )?;
    Ok(())
}

pub async fn find(tx: &mut Tx, ticket: &str, now: UnixTime) -> sqlx::Result<Option<SignUp>> {
    fetch_optional!(
        tx,
        _,
        "SELECT browser_hash, login_state, client_id, organization_id, connection_id, email, name, password_hash FROM sign_ups WHERE ticket_hash = $1 AND expires_at > $2",
        SecretHash::of(ticket),
        now,
    )
}

/// Deletes the sign-up. Returns false if it is unknown, has expired, or was used.
pub async fn claim(tx: &mut Tx, ticket: &str, now: UnixTime) -> sqlx::Result<bool> {
    let taken =
        execute!(tx, "DELETE FROM sign_ups WHERE ticket_hash = $1 AND expires_at > $2", SecretHash::of(ticket), now,)?;
    Ok(taken == 1)
}

/// Deletes all sign-ups with the address in the connection.
pub async fn delete_of_email(tx: &mut Tx, connection: &ConnectionId, email: &str, now: UnixTime) -> sqlx::Result<()> {
    // Leaves expired rows to `insert`. Otherwise the two statements could deadlock on PostgreSQL.
    execute!(
        tx,
        "DELETE FROM sign_ups WHERE connection_id = $1 AND email = $2 AND expires_at > $3",
        connection,
        email,
        now,
    )?;
    Ok(())
}
