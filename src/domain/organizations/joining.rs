//! What both sides know of an organization that somebody may join.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum JoinState {
    /// The reader may join.
    Join,
    /// The reader may ask.
    Ask,
    /// Somebody has to decide.
    Asked { at: DateTime<Utc> },
    /// Somebody said no; the reader may ask again then.
    Declined { again_at: DateTime<Utc> },
    /// The reader is a member, and the sign-in service does not know yet.
    UnderWay,
    /// The reader is a member.
    Member,
}

/// The organization that has proven the domain of the reader's address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinOffer {
    /// The name in addresses.
    pub slug: String,
    pub display_name: String,
    /// The domain, as people write it.
    pub domain: String,
    pub state: JoinState,
}
