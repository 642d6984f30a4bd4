//! What both sides know of the tasks that are put away.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::keys::{ProjectKey, TaskKey};

/// For how many days a task stays in the bin.
pub const DAYS: i64 = 30;

/// What is put away in a project, what was put away last first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bin {
    pub key: ProjectKey,
    /// The project's name.
    pub name: String,
    pub deleted: Vec<Away>,
    pub archived: Vec<Away>,
    /// The number of the organization's last event that this takes into account.
    pub as_of: i64,
}

/// A task that is put away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Away {
    pub key: TaskKey,
    pub title: String,
    pub at: DateTime<Utc>,
    /// The name of whoever put it into the bin.
    pub by: Option<String>,
    /// How many days it stays in the bin.
    pub days_left: i64,
}
