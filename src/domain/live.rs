//! Events that the server streams to open pages.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{keys::ProjectKey, tasks::event::Event};

/// SSE event: the page has missed too much and must reload its data.
pub const RESET: &str = "reset";

/// SSE event: the reader has lost access.
pub const ENDED: &str = "ended";

/// SSE event: the [`Viewers`] of a page that the stream was asked for.
pub const PRESENCE: &str = "here";

/// Why the stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The session has ended.
    SignedOut,
    /// The person is no longer a member, or no longer has the permission to read.
    NoAccess,
}

impl Ended {
    /// The name in the stream.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::SignedOut => "signed-out",
            Self::NoAccess => "no-access",
        }
    }
}

/// A person who has the page open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Present {
    pub name: String,
    pub id: Uuid,
}

/// The other people who have a page open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewers {
    /// The key of the project or the task.
    pub page: String,
    pub people: Vec<Present>,
}

/// An event of the organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveEvent {
    /// Number of the event. It increases by one with each event of the organization; the stream leaves out events that
    /// the reader may not see.
    pub number: i64,
    #[serde(deserialize_with = "crate::domain::dates::read")]
    pub at: DateTime<Utc>,
    /// Id of the actor.
    pub person: Uuid,
    /// Name of the actor.
    pub name: String,
    pub project: ProjectKey,
    /// Number of the task; `None` for a change of the project itself.
    pub task: Option<i64>,
    /// The event without descriptions. Pages fetch a description when they need it.
    pub event: Event,
    /// Whether the reader has a notification about the event.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tells_you: bool,
}
