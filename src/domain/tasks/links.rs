//! Related tasks and watchers of a task.

use serde::{Deserialize, Serialize};

use super::relation::Relation;
use crate::domain::{keys::TaskKey, projects::StateCategory};

/// A task listed on the page of another task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskLink {
    pub key: TaskKey,
    pub title: String,
    /// Category of the state.
    pub category: StateCategory,
    /// Names of the assignees.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assignees: Vec<String>,
}

/// A related task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelatedTask {
    /// The relation from the point of view of the task on the page.
    pub relation: Relation,
    pub task: TaskLink,
}

/// Related tasks and watchers of a task.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Links {
    /// The parent.
    pub parent: Option<TaskLink>,
    /// The subtasks, by number.
    pub subtasks: Vec<TaskLink>,
    /// Relations that the reader may see, in the order of [`Relation::ALL`].
    pub relations: Vec<RelatedTask>,
    /// Names of the watchers.
    pub watchers: Vec<String>,
    /// Whether the reader is a watcher.
    pub is_watching: bool,
}

impl Links {
    /// Number of subtasks that are done.
    #[must_use]
    pub fn done(&self) -> usize {
        self.subtasks.iter().filter(|task| task.category.is_done()).count()
    }

    /// Whether the task `key` is listed.
    #[must_use]
    pub fn mention(&self, key: &TaskKey) -> bool {
        let related = self.relations.iter().map(|related| &related.task);
        self.parent.iter().chain(&self.subtasks).chain(related).any(|task| task.key == *key)
    }
}
