//! Sign-ups that wait for their address to be verified.

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

/// A pending sign-up.
#[derive(Debug, sqlx::FromRow)]
pub struct SignUp {
    /// Hash of the cookie of the browser that began it.
    pub browser_hash: SecretHash,
    /// `state` of its login.
    pub login_state: String,
    pub client_id: ClientId,
    pub organization_id: Option<OrganizationId>,
    pub connection_id: ConnectionId,
    /// In lower case.
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
    /// In lower case.
    pub email: &'a str,
    pub name: &'a str,
    pub password_hash: &'a str,
    pub expires_at: UnixTime,
}

/// Inserts the sign-up, besides others with the same address, and deletes expired ones.
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

/// Deletes the sign-up; false if it is unknown, expired or used.
pub async fn claim(tx: &mut Tx, ticket: &str, now: UnixTime) -> sqlx::Result<bool> {
    let taken =
        execute!(tx, "DELETE FROM sign_ups WHERE ticket_hash = $1 AND expires_at > $2", SecretHash::of(ticket), now,)?;
    Ok(taken == 1)
}

/// Deletes every sign-up with the address in the connection.
pub async fn delete_of_email(tx: &mut Tx, connection: &ConnectionId, email: &str, now: UnixTime) -> sqlx::Result<()> {
    // Leaves expired ones to `insert`, or the two statements could deadlock on PostgreSQL.
    execute!(
        tx,
        "DELETE FROM sign_ups WHERE connection_id = $1 AND email = $2 AND expires_at > $3",
        connection,
        email,
        now,
    )?;
    Ok(())
}
