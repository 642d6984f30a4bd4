//! The changes of an organization that the provider is told of.

use serde::{Deserialize, Serialize};

use super::{client::Management, error::ManagementError};
use crate::access::Role;

/// One change. Carrying it out twice does no harm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
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
}

impl Change {
    /// What it is about: changes of the same topic are carried out in their order.
    #[must_use]
    pub fn topic(&self) -> String {
        match self {
            Self::PutMember { subject, .. } | Self::AddMember { subject, .. } | Self::RemoveMember { subject } => {
                member_topic(subject)
            }
            Self::PutDomain { domain, .. } | Self::RemoveDomain { domain } => format!("domain {domain}"),
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
        }
    }

    /// Does it at the provider, in the organization that is `organization` there.
    pub(super) async fn carry_out(&self, management: &Management, organization: &str) -> Result<(), ManagementError> {
        match self {
            Self::PutMember { subject, role } => {
                management.add_member(organization, subject).await?;
                management.set_role(organization, subject, *role).await
            }
            Self::AddMember { subject, role } => {
                management.add_member(organization, subject).await?;
                if management.role_of_member(organization, subject).await?.is_some() {
                    return Ok(());
                }
                management.set_role(organization, subject, *role).await
            }
            Self::RemoveMember { subject } => management.remove_member(organization, subject).await,
            Self::PutDomain { domain, is_discoverable } => {
                management.put_domain(organization, domain, *is_discoverable).await
            }
            Self::RemoveDomain { domain } => management.remove_domain(organization, domain).await,
        }
    }
}

/// The topic of everything about the membership of `subject`.
#[must_use]
pub fn member_topic(subject: &str) -> String {
    format!("member {subject}")
}
