//! Invitations of an organization.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use self::record::columns;
use crate::{
    domain::{
        ids::{InvitationId, PersonId},
        permissions::Role,
    },
    server::{
        db::{OrgTx, execute, fetch_all, fetch_optional, scalar_one, scalar_optional},
        error::Error,
    },
};

mod guest;
mod record;

pub use self::{
    guest::{Found, by_ticket, for_person},
    record::{Invitation, State},
};

/// An invitation to insert.
#[derive(Clone, Debug)]
pub struct NewInvitation<'a> {
    pub id: InvitationId,
    pub email: &'a str,
    pub address: &'a str,
    pub role: Role,
    pub message: &'a str,
    /// Lifetime in seconds.
    pub lifetime: i64,
    pub invited_by: PersonId,
}

/// Inserts an invitation to be sent. Returns `false` if the address has one that is waiting or open.
pub async fn insert(tx: &mut OrgTx, new: &NewInvitation<'_>, now: DateTime<Utc>) -> Result<bool, Error> {
    let added = execute!(
        tx,
        "INSERT INTO invitation (org_id, id, email, address, role, message, lifetime, invited_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
        tx.org(),
        new.id,
        new.email,
        new.address,
        new.role.as_str(),
        new.message,
        new.lifetime,
        new.invited_by,
        now,
    )?;
    Ok(added == 1)
}

/// Marks expired invitations, so that their addresses can be invited again.
pub async fn update_expired(tx: &mut OrgTx, now: DateTime<Utc>) -> Result<(), Error> {
    execute!(
        tx,
        "UPDATE invitation SET state = 'expired', finished_at = expires_at
         WHERE org_id = $1 AND state = 'open' AND expires_at <= $2",
        tx.org(),
        now,
    )?;
    Ok(())
}

/// Counts the waiting and open invitations.
pub async fn count_open(tx: &mut OrgTx) -> Result<i64, Error> {
    Ok(scalar_one!(
        tx,
        i64,
        "SELECT COUNT(*) FROM invitation WHERE org_id = $1 AND state IN ('waiting', 'open')",
        tx.org(),
    )?)
}

/// How many invitations were sent to an address.
#[derive(Clone, Debug, FromRow)]
pub struct SentTo {
    pub address: String,
    pub today: i64,
    pub just_now: i64,
}

/// Counts the invitations by address since `today`, and of these the ones since `just_now`. Those that the provider
/// refused were not sent.
pub async fn count_sent(tx: &mut OrgTx, today: DateTime<Utc>, just_now: DateTime<Utc>) -> Result<Vec<SentTo>, Error> {
    Ok(fetch_all!(
        tx,
        SentTo,
        "SELECT address, COUNT(*) AS today, COUNT(CASE WHEN created_at > $3 THEN 1 END) AS just_now
         FROM invitation WHERE org_id = $1 AND created_at > $2 AND state <> 'failed' GROUP BY address",
        tx.org(),
        today,
        just_now,
    )?)
}

/// Lists the invitations that can still be acted on, newest first: all but accepted, revoked and replaced ones.
pub async fn list(tx: &mut OrgTx) -> Result<Vec<Invitation>, Error> {
    Ok(fetch_all!(
        tx,
        Invitation,
        concat!(
            "SELECT ",
            columns!(),
            " FROM invitation i JOIN person p ON p.id = i.invited_by
             WHERE i.org_id = $1 AND i.state IN ('waiting', 'open', 'declined', 'expired', 'failed')
             ORDER BY i.id DESC",
        ),
        tx.org(),
    )?)
}

/// Finds an invitation in any state.
pub async fn find(tx: &mut OrgTx, id: InvitationId) -> Result<Option<Invitation>, Error> {
    Ok(fetch_optional!(
        tx,
        Invitation,
        concat!(
            "SELECT ",
            columns!(),
            " FROM invitation i JOIN person p ON p.id = i.invited_by WHERE i.org_id = $1 AND i.id = $2",
        ),
        tx.org(),
        id,
    )?)
}

/// Moves an invitation from one of the states `before`, of which there are one to five, to `after`. Returns `false` if it is
/// in none of them.
pub async fn update_state(
    tx: &mut OrgTx,
    id: InvitationId,
    before: &[State],
    after: State,
    problem: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    // One statement, because the state may change between two.
    let [first, second, third, fourth, fifth] = std::array::from_fn(|at| before[at.min(before.len() - 1)]);
    let changed = execute!(
        tx,
        "UPDATE invitation SET state = $3, problem = $4, finished_at = $5
         WHERE org_id = $1 AND id = $2 AND state IN ($6, $7, $8, $9, $10)",
        tx.org(),
        id,
        after,
        problem,
        now,
        first,
        second,
        third,
        fourth,
        fifth,
    )?;
    Ok(changed == 1)
}

/// Counts an attempt to send an invitation and returns the number of previous attempts.
///
/// # Errors
/// [`Error::NotFound`] if the invitation does not exist.
pub async fn increment_tries(tx: &mut OrgTx, id: InvitationId) -> Result<i64, Error> {
    let tries = scalar_optional!(
        tx,
        i64,
        "UPDATE invitation SET tries = tries + 1 WHERE org_id = $1 AND id = $2 RETURNING tries",
        tx.org(),
        id,
    )?;
    tries.map(|tries| tries - 1).ok_or(Error::NotFound)
}

/// The provider's answer to a sent invitation.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    pub provider_id: &'a str,
    /// The fingerprint of its ticket.
    pub ticket: &'a str,
    pub expires_at: DateTime<Utc>,
}

/// Updates an invitation after the provider sent it. An invitation that was revoked in the meantime stays revoked; its
/// own queued command revokes it at the provider.
pub async fn update_sent(tx: &mut OrgTx, id: InvitationId, sent: &Sent<'_>, now: DateTime<Utc>) -> Result<(), Error> {
    execute!(
        tx,
        "UPDATE invitation SET
             state = CASE WHEN state = 'waiting' THEN 'open' ELSE state END,
             provider_id = $3, ticket = $4, expires_at = $5, sent_at = $6
         WHERE org_id = $1 AND id = $2",
        tx.org(),
        id,
        sent.provider_id,
        sent.ticket,
        sent.expires_at,
        now,
    )?;
    Ok(())
}
