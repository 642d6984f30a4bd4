//! What both sides know of an organization's e-mail domains.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::permissions::Role;

/// The most characters that may be typed for a domain.
pub const DOMAIN_MAX: usize = 255;

/// How far the proof of a domain is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type), sqlx(type_name = "text", rename_all = "lowercase"))]
pub enum DomainState {
    /// Its record has not been seen yet.
    Pending,
    /// It is this organization's.
    Verified,
    /// It was proven, and its record has been gone for days.
    Lost,
}

/// What the last look found instead of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type), sqlx(type_name = "text", rename_all = "lowercase"))]
pub enum Problem {
    /// Nothing.
    Missing,
    /// Other records.
    Wrong,
    /// No answer.
    Unanswered,
    /// The record, but another organization has proven the domain.
    Taken,
}

/// How people with a verified address at the domain become members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type), sqlx(type_name = "text", rename_all = "lowercase"))]
#[serde(rename_all = "lowercase")]
pub enum JoinMode {
    /// By invitation alone.
    Off,
    /// They ask, and somebody decides.
    Ask,
    /// At once.
    Join,
}

impl JoinMode {
    /// In the order in which they are offered.
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

    /// The one called `name` in forms.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == name)
    }
}

/// A domain in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainSummary {
    /// In ASCII, as in addresses of pages.
    pub domain: String,
    /// As people write it.
    pub unicode: String,
    pub state: DomainState,
    pub problem: Option<Problem>,
    pub mode: JoinMode,
    pub role: Role,
}

/// What the page of all domains shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Domains {
    /// Whether people can become members from here at all.
    pub is_managed: bool,
    /// By name.
    pub domains: Vec<DomainSummary>,
}

/// A domain on its own page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainDetails {
    pub summary: DomainSummary,
    /// Where its TXT record is looked for.
    pub host: String,
    /// What the record must hold.
    pub value: String,
    pub checked_at: Option<DateTime<Utc>>,
    /// Since when the record has been missed.
    pub missed_at: Option<DateTime<Utc>>,
    /// Whether whoever types an address there is led to this organization's sign-in.
    pub is_discoverable: bool,
    /// Whether people can become members from here at all.
    pub is_managed: bool,
    /// The roles that the reader may choose, from the least on.
    pub roles: Vec<Role>,
}

/// Somebody who asks to become a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinRequest {
    pub person: Uuid,
    pub name: String,
    pub email: String,
    pub asked_at: DateTime<Utc>,
    /// What they become when somebody says yes.
    pub role: Role,
}
