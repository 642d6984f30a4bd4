//! Joining an organization by the domain of an address.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Progress of the reader in joining the organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum JoinState {
    /// The reader may join.
    Join,
    /// The reader may request to join.
    Ask,
    /// The reader's join request is pending.
    #[serde(rename = "asked")]
    Requested {
        #[serde(deserialize_with = "crate::domain::dates::read")]
        at: DateTime<Utc>,
    },
    /// The join request was declined. The reader may ask again at `again_at`.
    Declined {
        #[serde(deserialize_with = "crate::domain::dates::read")]
        again_at: DateTime<Utc>,
    },
    /// The reader is a member here, but the provider does not have the membership yet.
    UnderWay,
    /// The reader is a member.
    Member,
}

/// The organization that has verified the domain of the reader's address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinOffer {
    /// The name in URLs.
    pub slug: String,
    pub display_name: String,
    /// The domain in Unicode.
    pub domain: String,
    pub state: JoinState,
}
