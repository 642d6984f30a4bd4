//! Tickets in mailed links, for choosing a new password or verifying an address.

use crate::{
    idp::id::UserId,
    kernel::{
        database::{
            Tx,
            query::{execute, fetch_optional},
        },
        secret::SecretHash,
        unix_time::UnixTime,
    },
};

/// Purpose of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Kind {
    PasswordReset,
    EmailVerification,
}

/// A ticket that is neither used nor expired.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Ticket {
    pub user_id: UserId,
    /// Address that the mail was sent to.
    pub email: String,
}

/// Inserts the ticket. Deletes the user's other tickets of the same kind, and expired tickets.
pub async fn insert(
    tx: &mut Tx,
    kind: Kind,
    ticket: &str,
    owner: &Ticket,
    expires_at: UnixTime,
    now: UnixTime,
) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM tickets WHERE expires_at <= $1", now)?;
    delete_of_user(tx, kind, &owner.user_id).await?;
    execute!(
        tx,
        "INSERT INTO tickets (ticket_hash, kind, user_id, email, expires_at) VALUES ($1, $2, $3, $4, $5)",
        SecretHash::of(ticket),
        kind,
        &owner.user_id,
        &owner.email,
        expires_at,
    )?;
    Ok(())
}

pub async fn find(tx: &mut Tx, kind: Kind, ticket: &str, now: UnixTime) -> sqlx::Result<Option<Ticket>> {
    fetch_optional!(
        tx,
        _,
        "SELECT user_id, email FROM tickets WHERE ticket_hash = $1 AND kind = $2 AND expires_at > $3",
        SecretHash::of(ticket),
        kind,
        now,
    )
}

/// Deletes and returns the ticket; `None` if it is unknown, has expired, or was used.
pub async fn claim(tx: &mut Tx, kind: Kind, ticket: &str, now: UnixTime) -> sqlx::Result<Option<Ticket>> {
    fetch_optional!(
        tx,
        _,
        "DELETE FROM tickets WHERE ticket_hash = $1 AND kind = $2 AND expires_at > $3 RETURNING user_id, email",
        SecretHash::of(ticket),
        kind,
        now,
    )
}

/// Deletes all tickets of this kind that the user has.
pub async fn delete_of_user(tx: &mut Tx, kind: Kind, user: &UserId) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM tickets WHERE user_id = $1 AND kind = $2", user, kind)?;
    Ok(())
}
