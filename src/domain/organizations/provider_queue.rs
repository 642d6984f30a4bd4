//! The queue of commands for the provider.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Synchronization state of the organization with the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderState {
    /// Whether Tessera may change anything at the provider.
    pub is_managed: bool,
    /// When the organization was last reconciled.
    #[serde(default, deserialize_with = "crate::domain::dates::read_option")]
    pub reconciled_at: Option<DateTime<Utc>>,
    /// Queued and failed commands, oldest first.
    pub changes: Vec<OpenChange>,
}

/// A queued or failed command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenChange {
    pub id: Uuid,
    /// Description of the command.
    pub what: String,
    #[serde(deserialize_with = "crate::domain::dates::read")]
    pub since: DateTime<Utc>,
    /// Last error from the provider.
    pub problem: Option<String>,
    /// Whether the command has failed permanently and needs a decision. Other commands are retried automatically.
    pub is_failed: bool,
}
