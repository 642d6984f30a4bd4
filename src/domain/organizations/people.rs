//! Members and invitations of an organization.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::permissions::Role;

/// Maximum length of an invitation message in characters.
pub const MESSAGE_MAX: usize = 1_000;

/// Maximum number of people invited at once.
pub const AT_ONCE_MAX: usize = 100;

/// A member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    pub role: Role,
    #[serde(deserialize_with = "crate::domain::dates::read")]
    pub since: DateTime<Utc>,
    pub is_suspended: bool,
    /// Whether the member is the reader.
    pub is_you: bool,
    /// Roles that the reader may give to the member; empty if none.
    pub roles: Vec<Role>,
    /// Whether the reader may remove the member.
    pub may_remove: bool,
}

/// State of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InvitationState {
    /// The invitation is queued for the provider.
    Waiting,
    /// The invitation can be accepted.
    Open,
    Expired,
    Declined,
    /// The provider rejected the invitation.
    Failed,
}

impl InvitationState {
    /// The display name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Waiting => "Sending",
            Self::Open => "Invited",
            Self::Expired => "Expired",
            Self::Declined => "Declined",
            Self::Failed => "Not sent",
        }
    }
}

/// An invitation that can still be acted on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    pub id: Uuid,
    pub email: String,
    pub role: Role,
    pub state: InvitationState,
    /// Name of the inviter.
    pub inviter: String,
    #[serde(deserialize_with = "crate::domain::dates::read")]
    pub created_at: DateTime<Utc>,
    /// When the invitation expires. `None` until it is sent.
    #[serde(default, deserialize_with = "crate::domain::dates::read_option")]
    pub expires_at: Option<DateTime<Utc>>,
    /// The reason for the state, where the reader needs one.
    pub problem: Option<String>,
    /// Whether the reader may resend or revoke it.
    pub may_change: bool,
}

/// The people of an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    /// By name.
    pub members: Vec<Member>,
    /// The invitations that can still be acted on, newest first. Empty for readers who may not invite.
    pub invitations: Vec<Invitation>,
    /// Whether Tessera can change members at the provider; otherwise the provider alone manages them.
    pub is_managed: bool,
}

/// Lifetime of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    pub days: i64,
}

impl Lifetime {
    /// The lifetimes that the form offers, shortest first. The provider accepts at most 30 days.
    pub const ALL: [Self; 5] =
        [Self { days: 1 }, Self { days: 3 }, Self { days: 7 }, Self { days: 14 }, Self { days: 30 }];

    /// The default lifetime.
    pub const USUAL: Self = Self { days: 7 };

    /// The display name.
    #[must_use]
    pub fn label(self) -> String {
        match self.days {
            1 => "1 day".to_owned(),
            days => format!("{days} days"),
        }
    }

    /// Parses the number of days of one of the offered lifetimes.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn parse(days: &str) -> Option<Self> {
        let days: i64 = days.trim().parse().ok()?;
        Self::ALL.into_iter().find(|choice| choice.days == days)
    }
}

/// An open invitation to the reader. It can be accepted without its ticket, because the reader has proven the address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingInvitation {
    pub id: Uuid,
    /// Slug of the organization.
    pub slug: String,
    /// Name of the organization.
    pub display_name: String,
    pub inviter: String,
    pub role: Role,
}
