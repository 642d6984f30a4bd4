//! What both sides know of a task.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, Serializer};

use crate::projects::{
    key::TaskKey,
    model::{State, StateCategory},
};

/// The most characters that a title may have.
pub const TITLE_MAX: usize = 200;

/// The most characters that a description may have.
pub const DESCRIPTION_MAX: usize = 100_000;

/// A task on a board. It travels as a pair: a board has hundreds of them, and each name would be sent with each.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "(i64, String)")]
pub struct TaskCard {
    /// Its number in the project: with the project's key it makes `WEB-12`.
    pub number: i64,
    pub title: String,
}

impl Serialize for TaskCard {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.number, &self.title).serialize(serializer)
    }
}

impl From<(i64, String)> for TaskCard {
    fn from((number, title): (i64, String)) -> Self {
        Self { number, title }
    }
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

#[cfg(test)]
mod tests {
    use super::TaskCard;

    #[test]
    fn a_card_survives_the_wire_as_a_pair() {
        let card = TaskCard { number: 12, title: "Ship it".to_owned() };
        let json = serde_json::to_string(&card).unwrap();
        assert_eq!(json, r#"[12,"Ship it"]"#);
        assert_eq!(serde_json::from_str::<TaskCard>(&json).unwrap(), card);
    }
}
