//! Events that are about to be appended.

use chrono::{DateTime, Utc};

use crate::domain::{
    ids::{BatchId, PersonId, ProjectId},
    tasks::event::Event,
};

/// An event without a number yet.
#[derive(Clone, Debug)]
pub struct NewEvent {
    pub project: ProjectId,
    /// The task's number; `None` for an event of the project itself.
    pub task: Option<i64>,
    pub event: Event,
}

/// The person, time and batch of the events that a transaction appends.
#[derive(Clone, Copy, Debug)]
pub struct EventOrigin {
    pub batch: BatchId,
    pub person: PersonId,
    pub at: DateTime<Utc>,
}
