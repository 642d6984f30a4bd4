//! What both sides know of what a task has to do with other tasks and with people who look after it.

use serde::{Deserialize, Serialize};

use super::event::Relation;
use crate::domain::{keys::TaskKey, projects::StateCategory};

/// Another task, as it is listed on the page of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskLink {
    pub key: TaskKey,
    pub title: String,
    /// What the state it is in means.
    pub category: StateCategory,
    /// Names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assignees: Vec<String>,
}

/// A task with a relation to the one that is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelatedTask {
    /// Seen from the one that is shown.
    pub relation: Relation,
    pub task: TaskLink,
}

/// What a task has to do with others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Links {
    /// The task that it is a part of.
    pub parent: Option<TaskLink>,
    /// The tasks that are a part of it, in the order of their numbers.
    pub subtasks: Vec<TaskLink>,
    /// Those that the reader may see, in the order of [`Relation::ALL`].
    pub relations: Vec<RelatedTask>,
    /// Names of those who are told what happens to it.
    pub watchers: Vec<String>,
    /// Whether the reader is one of them.
    pub is_watching: bool,
}

impl Links {
    /// How many of the parts have nothing left to do.
    #[must_use]
    pub fn done(&self) -> usize {
        self.subtasks.iter().filter(|task| task.category.is_done()).count()
    }

    /// Whether the task called `key` is among what is shown.
    #[must_use]
    pub fn mention(&self, key: &TaskKey) -> bool {
        let related = self.relations.iter().map(|related| &related.task);
        self.parent.iter().chain(&self.subtasks).chain(related).any(|task| task.key == *key)
    }
}
