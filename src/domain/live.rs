//! What the server tells open pages.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{keys::ProjectKey, tasks::event::Event};

/// Name of the event that says that the page has missed too much and loads its data again.
pub const RESET: &str = "reset";

/// Name of the event that says that the reader's rights have ended.
pub const ENDED: &str = "ended";

/// Name of the event that says who else has the same page open.
pub const HERE: &str = "here";

/// Why there is nothing more to hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The session has ended.
    SignedOut,
    /// The person is no longer in the organization, or may no longer read there.
    NoAccess,
}

impl Ended {
    /// As it is told.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::SignedOut => "signed-out",
            Self::NoAccess => "no-access",
        }
    }
}

/// Somebody who has a page open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Present {
    pub name: String,
    pub id: Uuid,
}

/// Something that happened in the organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveEvent {
    /// Rises by one with each event of the organization; those that the reader may not see are left out.
    pub number: i64,
    pub at: DateTime<Utc>,
    /// Who did it.
    pub person: Uuid,
    /// The person's name.
    pub name: String,
    pub project: ProjectKey,
    /// The task's number; none when the project itself was changed.
    pub task: Option<i64>,
    /// Without the long texts, which whoever shows them asks for.
    pub event: Event,
    /// Whether it is in the reader's inbox.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tells_you: bool,
}
