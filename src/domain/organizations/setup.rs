//! Organization setups: the creation of organizations.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Maximum length of the display name in characters.
pub const NAME_MAX: usize = 100;

/// State of an organization setup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SetupState {
    /// The setup is in progress.
    UnderWay,
    /// The provider does not respond, or limits requests. The setup is retried.
    Busy,
    /// The organization exists.
    Done,
    /// Another organization has the slug.
    Taken,
    /// The provider rejected the organization.
    Refused,
    /// The person who requested the organization cancelled the setup.
    Cancelled,
}

impl SetupState {
    /// Whether the state can still change without action by the reader.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::UnderWay | Self::Busy)
    }
}

/// An organization setup of the reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationSetup {
    pub id: Uuid,
    /// The name in URLs.
    pub slug: String,
    pub display_name: String,
    pub state: SetupState,
}

/// Content of the page that creates an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SetupOffer {
    /// A prompt to sign in first.
    SignIn,
    /// A hint that organizations can be created at the provider only.
    Elsewhere,
    /// The form, and the unfinished setups of the reader.
    Form { under_way: Vec<OrganizationSetup> },
}
