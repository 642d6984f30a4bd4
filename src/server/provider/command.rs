//! Commands that update an organization at the provider.

use serde::{Deserialize, Serialize};

use crate::domain::{ids::InvitationId, permissions::Role};

/// One command. Commands are idempotent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ProviderCommand {
    /// Makes `subject` a member with this role, and removes their other Tessera roles.
    PutMember { subject: String, role: Role },
    /// Makes `subject` a member, with this role unless they already have a Tessera role.
    AddMember { subject: String, role: Role },
    /// Removes `subject` from the organization.
    RemoveMember { subject: String },
    /// Adds `domain` to the organization; `is_discoverable` says whether addresses at it lead to the organization.
    PutDomain { domain: String, is_discoverable: bool },
    /// Removes `domain` from the organization.
    RemoveDomain { domain: String },
    /// Sends the invitation to `address`.
    Invite { invitation: InvitationId, address: String },
    /// Revokes the invitation that was sent to `address`.
    Revoke { invitation: InvitationId, address: String },
}

impl ProviderCommand {
    /// Returns the topic of the command. Commands with the same topic are executed in order.
    #[must_use]
    pub fn topic(&self) -> String {
        match self {
            Self::PutMember { subject, .. } | Self::AddMember { subject, .. } | Self::RemoveMember { subject } => {
                member_topic(subject)
            }
            Self::PutDomain { domain, .. } | Self::RemoveDomain { domain } => format!("domain {domain}"),
            Self::Invite { address, .. } | Self::Revoke { address, .. } => invitation_topic(address),
        }
    }

    /// Describes the command for administrators.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::PutMember { subject, role } | Self::AddMember { subject, role } => {
                format!("Add {subject} as {role}")
            }
            Self::RemoveMember { subject } => format!("Remove {subject}"),
            Self::PutDomain { domain, .. } => format!("Add the domain {domain}"),
            Self::RemoveDomain { domain } => format!("Remove the domain {domain}"),
            Self::Invite { address, .. } => format!("Invite {address}"),
            Self::Revoke { address, .. } => format!("Revoke the invitation for {address}"),
        }
    }
}

/// Topic of all commands about the membership of `subject`.
#[must_use]
pub fn member_topic(subject: &str) -> String {
    format!("member {subject}")
}

/// Topic of all commands about invitations to `address`.
#[must_use]
pub fn invitation_topic(address: &str) -> String {
    format!("invitation {address}")
}
