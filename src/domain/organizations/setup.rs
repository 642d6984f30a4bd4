//! What both sides know of an organization that is being created.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The most characters of the name that people read.
pub const NAME_MAX: usize = 100;

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SetupState {
    /// It takes a moment.
    UnderWay,
    /// The sign-in service does not answer, or wants to be asked later; it is tried again.
    Busy,
    /// It is there.
    Done,
    /// The name belongs to somebody else.
    Taken,
    /// The sign-in service will not have it.
    Refused,
    /// Its founder did not want it any more.
    Cancelled,
}

impl SetupState {
    /// Whether it may still change by itself.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::UnderWay | Self::Busy)
    }
}

/// An organization that the reader is creating.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationSetup {
    pub id: Uuid,
    /// The name in addresses.
    pub slug: String,
    pub display_name: String,
    pub state: SetupState,
}

/// What the page for a new organization can offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SetupOffer {
    /// Somebody has to sign in first.
    SignIn,
    /// Organizations are made at the provider, by whoever administers it.
    Elsewhere,
    /// The form, and what the reader has begun before.
    Form { under_way: Vec<OrganizationSetup> },
}
