//! What both sides know of a project.

use serde::{Deserialize, Serialize};

use super::key::ProjectKey;
use crate::tasks::model::TaskCard;

/// The most characters that a project's name may have.
pub const NAME_MAX: usize = 80;

/// A project in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectSummary {
    pub key: ProjectKey,
    pub name: String,
    /// Tasks that are not completed.
    pub open_tasks: i64,
    pub all_tasks: i64,
}

/// What a state means, whatever a project calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateCategory {
    Backlog,
    Unstarted,
    Started,
    Completed,
    Cancelled,
}

/// One state of a project's workflow: a column of its board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// The name in forms and selectors, for example `in-progress`.
    pub slug: String,
    /// The name that people read, for example `In progress`.
    pub name: String,
    pub category: StateCategory,
}

/// A project's board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    pub key: ProjectKey,
    pub name: String,
    /// In the order of the board's columns.
    pub columns: Vec<Column>,
}

/// A column of a board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub state: State,
    /// From top to bottom.
    pub tasks: Vec<TaskCard>,
}
