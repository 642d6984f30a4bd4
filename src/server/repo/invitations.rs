//! Invitations of an organization.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use crate::{
    domain::{
        ids::{InvitationId, OrgId, PersonId},
        permissions::Role,
    },
    server::{
        db::{OrgTx, execute, fetch_all, fetch_one, fetch_optional},
        error::Error,
    },
};

/// What makes an [`Invitation`], with the invitation as `i` and who invites as `p`.
macro_rules! columns {
    () => {
        "i.id, i.email, i.address, i.role, i.message, i.lifetime, i.state, i.problem, i.provider_id, i.link, \
         p.name AS inviter, i.created_at, i.sent_at, i.expires_at"
    };
}

mod guest;

pub use self::guest::{Found, by_ticket, for_person};

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum State {
    /// The provider does not have it yet.
    Waiting,
    /// It can be accepted until it expires.
    Open,
    Accepted,
    Declined,
    /// It was withdrawn.
    Revoked,
    /// It was sent again: another one counts.
    Replaced,
    Expired,
    /// The provider did not accept it.
    Failed,
}

/// An invitation.
#[derive(Clone, Debug, FromRow)]
pub struct Invitation {
    pub id: InvitationId,
    /// As it was typed.
    pub email: String,
    /// In lower case.
    pub address: String,
    #[sqlx(try_from = "String")]
    pub role: Invited,
    pub message: String,
    /// In seconds, from when it is sent.
    pub lifetime: i64,
    pub state: State,
    pub problem: Option<String>,
    /// Its id at the provider, once it is there.
    pub provider_id: Option<String>,
    /// Sealed.
    pub link: Option<Vec<u8>>,
    /// The name of who invites.
    pub inviter: String,
    pub created_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
}

impl Invitation {
    /// How far it is at `now`: nobody writes down that time passes.
    #[must_use]
    pub fn state_at(&self, now: DateTime<Utc>) -> State {
        match (self.state, self.expires_at) {
            (State::Open, Some(end)) if end <= now => State::Expired,
            (state, _) => state,
        }
    }
}

/// The role that somebody is invited to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invited(pub Role);

impl TryFrom<String> for Invited {
    type Error = crate::domain::permissions::UnknownName;

    fn try_from(role: String) -> Result<Self, Self::Error> {
        role.parse().map(Self)
    }
}

/// An invitation to be.
#[derive(Clone, Debug)]
pub struct NewInvitation<'a> {
    pub id: InvitationId,
    pub email: &'a str,
    pub address: &'a str,
    pub role: Role,
    pub message: &'a str,
    /// In seconds.
    pub lifetime: i64,
    pub invited_by: PersonId,
}

/// Adds one that waits to be sent; `false` when one for this address waits or is open already.
pub async fn add(tx: &mut OrgTx, new: &NewInvitation<'_>, now: DateTime<Utc>) -> Result<bool, Error> {
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

/// Writes down which have expired, so that their addresses can be invited again.
pub async fn expire(tx: &mut OrgTx, now: DateTime<Utc>) -> Result<(), Error> {
    execute!(
        tx,
        "UPDATE invitation SET state = 'expired', finished_at = expires_at
         WHERE org_id = $1 AND state = 'open' AND expires_at <= $2",
        tx.org(),
        now,
    )?;
    Ok(())
}

/// How many wait or are open.
pub async fn count_open(tx: &mut OrgTx) -> Result<i64, Error> {
    let (count,) = fetch_one!(
        tx,
        (i64,),
        "SELECT COUNT(*) FROM invitation WHERE org_id = $1 AND state IN ('waiting', 'open')",
        tx.org(),
    )?;
    Ok(count)
}

/// All that somebody may still want to do something about, the newest first.
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

/// One of them, whatever its state.
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

/// Ends one that is in one of `before`; `false` when it is not, or not any more.
pub async fn finish(
    tx: &mut OrgTx,
    id: InvitationId,
    before: &[State],
    after: State,
    problem: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    for state in before {
        let changed = execute!(
            tx,
            "UPDATE invitation SET state = $4, problem = $5, finished_at = $6
             WHERE org_id = $1 AND id = $2 AND state = $3",
            tx.org(),
            id,
            *state,
            after,
            problem,
            now,
        )?;
        if changed == 1 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Counts one more attempt to send it, and says how many there were before.
///
/// # Errors
/// [`Error::NotFound`] without such an invitation.
pub async fn count_try(tx: &mut OrgTx, id: InvitationId) -> Result<i64, Error> {
    let row = fetch_optional!(
        tx,
        (i64,),
        "UPDATE invitation SET tries = tries + 1 WHERE org_id = $1 AND id = $2 RETURNING tries",
        tx.org(),
        id,
    )?;
    row.map(|(tries,)| tries - 1).ok_or(Error::NotFound)
}

/// What the provider made of it.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    pub provider_id: &'a str,
    /// The fingerprint of its ticket.
    pub ticket: &'a str,
    /// Sealed.
    pub link: &'a [u8],
    pub expires_at: DateTime<Utc>,
}

/// Notes that the provider has it. One that was withdrawn meanwhile stays so, and is found there when its turn comes.
pub async fn sent(tx: &mut OrgTx, id: InvitationId, sent: &Sent<'_>, now: DateTime<Utc>) -> Result<(), Error> {
    execute!(
        tx,
        "UPDATE invitation SET
             state = CASE WHEN state = 'waiting' THEN 'open' ELSE state END,
             provider_id = $3, ticket = $4, link = $5, expires_at = $6, sent_at = $7
         WHERE org_id = $1 AND id = $2",
        tx.org(),
        id,
        sent.provider_id,
        sent.ticket,
        sent.link,
        sent.expires_at,
        now,
    )?;
    Ok(())
}

/// The organization that it is in, for those who have only found it.
#[derive(Clone, Debug, FromRow)]
pub struct Place {
    pub org_id: OrgId,
    /// Its id at the provider.
    pub provider_org: String,
    pub slug: String,
    pub display_name: String,
}
