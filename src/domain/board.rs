//! The board of a project: its columns with their cards, and the data that it shares with the list.

use std::sync::Arc;

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    keys::ProjectKey,
    projects::{Assignable, Label, State},
    query::Problem,
    saved_views::SavedView,
    tasks::TaskCard,
};

/// Maximum number of cards in the column of a done state. If there are more tasks, the column holds the last ones in
/// its order.
pub const RECENT: usize = 100;

/// The data that the board and the list of a project share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectContext {
    pub key: ProjectKey,
    pub name: String,
    /// In the order of the workflow.
    pub states: Vec<State>,
    /// By name.
    pub labels: Vec<Label>,
    /// People who can be assigned, by name.
    pub people: Vec<Assignable>,
    /// Views that the reader may open, by name.
    pub views: Vec<SavedView>,
    /// Problems of the query; if there are any, no tasks are shown.
    pub problems: Vec<Problem>,
}

/// A project's board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    pub key: ProjectKey,
    pub name: String,
    /// From left to right.
    pub columns: Vec<Column>,
    /// By name.
    pub labels: Vec<Label>,
    /// By name.
    pub people: Vec<Assignable>,
    /// Views that the reader may open, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub views: Vec<SavedView>,
    /// Problems of the query; if there are any, no cards are shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
    /// Number of the latest event of the organization that the board includes.
    pub as_of: i64,
    /// The server's current date, by which tasks are overdue.
    #[serde(deserialize_with = "crate::domain::dates::read")]
    pub today: NaiveDate,
}

/// A column of a board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub state: State,
    /// From top to bottom. Shared: the server keeps boards, and rendering one clones it.
    #[serde(serialize_with = "serialize_cards", deserialize_with = "deserialize_cards")]
    pub tasks: Vec<Arc<TaskCard>>,
    /// Number of the column's tasks that are not in `tasks`: the filter excludes them, or they come before the last
    /// [`RECENT`].
    #[serde(default, skip_serializing_if = "is_zero")]
    pub hidden: usize,
}

fn serialize_cards<S: Serializer>(cards: &[Arc<TaskCard>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(cards.iter().map(|card| &**card))
}

fn deserialize_cards<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Arc<TaskCard>>, D::Error> {
    Ok(Vec::<TaskCard>::deserialize(deserializer)?.into_iter().map(Arc::new).collect())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl Board {
    /// Returns the data that the board shares with the list.
    #[must_use]
    pub fn project(&self) -> ProjectContext {
        ProjectContext {
            key: self.key.clone(),
            name: self.name.clone(),
            states: self.columns.iter().map(|column| column.state.clone()).collect(),
            labels: self.labels.clone(),
            people: self.people.clone(),
            views: self.views.clone(),
            problems: self.problems.clone(),
        }
    }
}
