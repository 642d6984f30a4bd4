//! The changes of an organization that the provider is told of.

use serde::{Deserialize, Serialize};

use crate::domain::{ids::InvitationId, permissions::Role};

/// One change. Carrying it out twice does no harm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ProviderCommand {
    /// `subject` belongs to the organization, with this role and no other of ours.
    PutMember { subject: String, role: Role },
    /// `subject` belongs to the organization, with this role unless the provider has given them one of ours.
    AddMember { subject: String, role: Role },
    /// `subject` no longer belongs to it.
    RemoveMember { subject: String },
    /// `domain` is the organization's, and whoever types an address there is led to it or not.
    PutDomain { domain: String, is_discoverable: bool },
    /// `domain` is not the organization's any more.
    RemoveDomain { domain: String },
    /// The invitation of this id is sent to `address`.
    Invite { invitation: InvitationId, address: String },
    /// The one of this id, which went to `address`, can no longer be accepted.
    Revoke { invitation: InvitationId, address: String },
}

impl ProviderCommand {
    /// What it is about: changes of the same topic are carried out in their order.
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

    /// What it is, for those who wait for it.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::PutMember { subject, role } | Self::AddMember { subject, role } => {
                format!("Make {subject} a member, as {role}")
            }
            Self::RemoveMember { subject } => format!("End the membership of {subject}"),
            Self::PutDomain { domain, .. } => format!("Note that {domain} is this organization’s domain"),
            Self::RemoveDomain { domain } => format!("Note that {domain} is not this organization’s domain any more"),
            Self::Invite { address, .. } => format!("Invite {address}"),
            Self::Revoke { address, .. } => format!("Withdraw the invitation of {address}"),
        }
    }
}

/// The topic of everything about the membership of `subject`.
#[must_use]
pub fn member_topic(subject: &str) -> String {
    format!("member {subject}")
}

/// The topic of everything about invitations of `address`.
#[must_use]
pub fn invitation_topic(address: &str) -> String {
    format!("invitation {address}")
}
