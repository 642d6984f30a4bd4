//! The creation of an organization.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Maximum length of the display name in characters.
pub const NAME_MAX: usize = 100;

/// State of the creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SetupState {
    /// In progress.
    UnderWay,
    /// The provider does not respond, or limits requests; the creation is retried.
    Busy,
    /// The organization exists.
    Done,
    /// The slug is taken.
    Taken,
    /// The provider rejected it.
    Refused,
    /// The person who requested it cancelled.
    Cancelled,
}

impl SetupState {
    /// Whether the state can still change by itself.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::UnderWay | Self::Busy)
    }
}

/// An organization that the reader is creating.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationSetup {
    pub id: Uuid,
    /// The name in URLs.
    pub slug: String,
    pub display_name: String,
    pub state: SetupState,
}

/// What the page for a new organization offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SetupOffer {
    /// Sign-in is required first.
    SignIn,
    /// Organizations are created at the provider only.
    Elsewhere,
    /// The form, and unfinished creations of the reader.
    Form { under_way: Vec<OrganizationSetup> },
}
