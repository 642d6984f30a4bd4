//! What both sides know of an organization's settings.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How far organization and provider are in step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderState {
    /// Whether Tessera may change anything there at all.
    pub is_managed: bool,
    /// When the two were last compared.
    pub reconciled_at: Option<DateTime<Utc>>,
    /// What the provider does not know yet, the oldest first.
    pub changes: Vec<OpenChange>,
}

/// A change that the provider does not know yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenChange {
    pub id: Uuid,
    /// In words.
    pub what: String,
    pub since: DateTime<Utc>,
    /// What the provider said last.
    pub problem: Option<String>,
    /// Whether somebody has to decide; otherwise it is tried again by itself.
    pub is_failed: bool,
}
