//! The queue of changes for the provider.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Synchronization state of the organization with the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderState {
    /// Whether Tessera may change anything at the provider.
    pub is_managed: bool,
    /// When the organization was last reconciled.
    pub reconciled_at: Option<DateTime<Utc>>,
    /// Queued and failed changes, the oldest first.
    pub changes: Vec<OpenChange>,
}

/// A queued or failed change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenChange {
    pub id: Uuid,
    /// Description of the change.
    pub what: String,
    pub since: DateTime<Utc>,
    /// Last error from the provider.
    pub problem: Option<String>,
    /// Whether the change failed for good and needs a decision; otherwise it is retried automatically.
    pub is_failed: bool,
}
