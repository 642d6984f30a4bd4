//! Email domains of an organization.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::permissions::Role;

/// Maximum length of a submitted domain in characters.
pub const DOMAIN_MAX: usize = 255;

/// Verification state of a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type), sqlx(type_name = "text", rename_all = "lowercase"))]
pub enum DomainState {
    /// No check has found the TXT record yet.
    Pending,
    /// The organization has verified the domain.
    Verified,
    /// The domain was verified, but its TXT record has been missing for days.
    Lost,
}

/// Problem found by the last check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type), sqlx(type_name = "text", rename_all = "lowercase"))]
pub enum Problem {
    /// The domain has no such TXT record.
    Missing,
    /// The TXT record has another value.
    Wrong,
    /// The DNS servers did not respond.
    Unanswered,
    /// The TXT record is correct, but another organization has verified the domain.
    Taken,
}

/// How people with a verified address at the domain become members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type), sqlx(type_name = "text", rename_all = "lowercase"))]
#[serde(rename_all = "lowercase")]
pub enum JoinMode {
    /// People become members by invitation only.
    Off,
    /// People request membership, and an administrator decides.
    Ask,
    /// People join without approval.
    Join,
}

impl JoinMode {
    /// In display order.
    pub const ALL: [Self; 3] = [Self::Off, Self::Ask, Self::Join];

    /// The name in forms.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Ask => "ask",
            Self::Join => "join",
        }
    }

    /// Parses the name of a mode in forms.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == name)
    }
}

/// A domain in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainSummary {
    /// The name in ASCII, as in URLs.
    pub domain: String,
    /// The name in Unicode.
    pub unicode: String,
    pub state: DomainState,
    pub problem: Option<Problem>,
    pub mode: JoinMode,
    pub role: Role,
}

/// Data of the page that lists the domains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Domains {
    /// Whether Tessera can add members at the provider.
    pub is_managed: bool,
    /// By name.
    pub domains: Vec<DomainSummary>,
}

/// Data of the page about one domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainDetails {
    pub summary: DomainSummary,
    /// Host name of the TXT record.
    pub host: String,
    /// Expected value of the record.
    pub value: String,
    #[serde(default, deserialize_with = "crate::domain::dates::read_option")]
    pub checked_at: Option<DateTime<Utc>>,
    /// When checks began to miss the TXT record.
    #[serde(default, deserialize_with = "crate::domain::dates::read_option")]
    pub missed_at: Option<DateTime<Utc>>,
    /// Whether sign-in discovers the organization by an address at the domain.
    pub is_discoverable: bool,
    /// Whether Tessera can add members at the provider.
    pub is_managed: bool,
    /// Roles that the reader may choose, from the fewest permissions.
    pub roles: Vec<Role>,
}

/// A request to join the organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinRequest {
    pub person: Uuid,
    pub name: String,
    pub email: String,
    #[serde(deserialize_with = "crate::domain::dates::read")]
    pub asked_at: DateTime<Utc>,
    /// Role that the person gets on approval.
    pub role: Role,
}
