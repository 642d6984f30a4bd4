//! What both sides know of a task.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::projects::{
    key::TaskKey,
    model::{State, StateCategory},
};

/// The most characters that a title may have.
pub const TITLE_MAX: usize = 200;

/// The most characters that a description may have.
pub const DESCRIPTION_MAX: usize = 100_000;

/// A task on a board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskCard {
    /// Its number in the project: with the project's key it makes `WEB-12`.
    pub number: i64,
    pub title: String,
}

/// A task with all there is to know of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskDetail {
    pub key: TaskKey,
    pub project_name: String,
    pub title: String,
    /// Plain text as it was typed; may be empty.
    pub description: String,
    /// Slug of the state it is in, one of `states`.
    pub state: String,
    /// The states of its project, in order.
    pub states: Vec<State>,
    /// Rises by one with every edit; sent back with a form so that a stale one is noticed.
    pub version: i64,
    pub created_by: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl TaskDetail {
    /// The name of the state it is in.
    #[must_use]
    pub fn state_name(&self) -> &str {
        self.current().map_or(&self.state, |state| &state.name)
    }

    /// What the state it is in means.
    #[must_use]
    pub fn state_category(&self) -> Option<StateCategory> {
        self.current().map(|state| state.category)
    }

    fn current(&self) -> Option<&State> {
        self.states.iter().find(|state| state.slug == self.state)
    }
}
