//! Types and columns shared by the queries on invitations.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use crate::{
    domain::{ids::InvitationId, permissions::Role},
    server::db::ProvenOrg,
};

/// The columns of an [`Invitation`]: `i` is the invitation and `p` its inviter.
macro_rules! columns {
    () => {
        "i.id, i.email, i.address, i.role, i.message, i.lifetime, i.state, i.problem, i.provider_id, \
         p.name AS inviter, i.created_at, i.expires_at"
    };
}

pub(super) use columns;

/// The state of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum State {
    /// The invitation has not been sent to the provider yet.
    Waiting,
    /// The invitation can be accepted until it expires.
    Open,
    Accepted,
    Declined,
    /// Withdrawn by the organization.
    Revoked,
    /// Replaced by a newer invitation.
    Replaced,
    Expired,
    /// Refused by the provider.
    Failed,
}

/// An invitation.
#[derive(Clone, Debug, FromRow)]
pub struct Invitation {
    pub id: InvitationId,
    /// The email as entered.
    pub email: String,
    /// The email in lower case.
    pub address: String,
    #[sqlx(try_from = "String")]
    pub role: Invited,
    pub message: String,
    /// Lifetime in seconds, from the time the invitation is sent.
    pub lifetime: i64,
    pub state: State,
    pub problem: Option<String>,
    /// The invitation's id at the provider, once it is sent.
    pub provider_id: Option<String>,
    /// The inviter's name.
    pub inviter: String,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
}

impl Invitation {
    /// The state at `now`. The stored state of an expired invitation may still be open.
    #[must_use]
    pub fn state_at(&self, now: DateTime<Utc>) -> State {
        match (self.state, self.expires_at) {
            (State::Open, Some(end)) if end <= now => State::Expired,
            (state, _) => state,
        }
    }
}

/// The role that an invitation grants, as read from the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invited(pub Role);

impl TryFrom<String> for Invited {
    type Error = crate::domain::unknown_name::UnknownName;

    fn try_from(role: String) -> Result<Self, Self::Error> {
        role.parse().map(Self)
    }
}

/// The organization of an invitation.
#[derive(Clone, Debug, FromRow)]
pub struct OrgRef {
    pub org_id: ProvenOrg,
    /// The organization's id at the provider.
    pub provider_org: String,
    pub slug: String,
    pub display_name: String,
}
