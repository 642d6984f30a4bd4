//! What both sides know of the people in an organization, and of those who are invited.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::permissions::Role;

/// The most characters of a message to the invited.
pub const MESSAGE_MAX: usize = 1_000;

/// The most people that are invited at once.
pub const AT_ONCE_MAX: usize = 100;

/// A member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub since: DateTime<Utc>,
    pub is_suspended: bool,
    /// Whether it is the reader.
    pub is_you: bool,
    /// The roles that the reader may give them; empty when the reader may not change it.
    pub roles: Vec<Role>,
    /// Whether the reader may end the membership.
    pub may_remove: bool,
}

/// How far an invitation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InvitationState {
    /// The sign-in service does not have it yet.
    Waiting,
    /// It can be accepted.
    Open,
    Expired,
    Declined,
    /// The sign-in service did not accept it.
    Failed,
}

impl InvitationState {
    /// As people read it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Waiting => "Being sent",
            Self::Open => "Invited",
            Self::Expired => "Expired",
            Self::Declined => "Declined",
            Self::Failed => "Not sent",
        }
    }
}

/// An invitation that somebody may still want to do something about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    pub id: Uuid,
    pub email: String,
    pub role: Role,
    pub state: InvitationState,
    /// The name of who invites.
    pub inviter: String,
    pub created_at: DateTime<Utc>,
    /// Once it is sent.
    pub expires_at: Option<DateTime<Utc>>,
    /// Why it is in this state, where that is not plain.
    pub problem: Option<String>,
    /// While it can be accepted.
    pub link: Option<String>,
    /// Whether the reader may send it again or withdraw it.
    pub may_change: bool,
}

/// The people of an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    /// By name.
    pub members: Vec<Member>,
    /// The newest first; empty for those who may not invite.
    pub invitations: Vec<Invitation>,
    /// Whether Tessera may change who is a member: otherwise that is done at the identity provider.
    pub is_managed: bool,
}

/// How long an invitation can be accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    pub days: i64,
}

impl Lifetime {
    /// The choices, the shortest first. The provider takes at most 30 days.
    pub const ALL: [Self; 5] =
        [Self { days: 1 }, Self { days: 3 }, Self { days: 7 }, Self { days: 14 }, Self { days: 30 }];

    /// What is chosen unless somebody chooses otherwise.
    pub const USUAL: Self = Self { days: 7 };

    /// As people read it.
    #[must_use]
    pub fn label(self) -> String {
        match self.days {
            1 => "1 day".to_owned(),
            days => format!("{days} days"),
        }
    }

    /// The choice called `days`.
    #[must_use]
    pub fn parse(days: &str) -> Option<Self> {
        let days: i64 = days.trim().parse().ok()?;
        Self::ALL.into_iter().find(|choice| choice.days == days)
    }
}

/// An open invitation to the reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingInvitation {
    /// Of the organization.
    pub slug: String,
    /// Of the organization.
    pub display_name: String,
    pub inviter: String,
    pub role: Role,
    /// The page of the invitation.
    pub href: String,
}
