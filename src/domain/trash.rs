//! The trash and the archive of a project.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::keys::{ProjectKey, TaskKey};

/// How many days a task stays in the trash.
pub const DAYS: i64 = 30;

/// Deleted and archived tasks of a project, the latest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trash {
    pub key: ProjectKey,
    /// The project's name.
    pub name: String,
    pub deleted: Vec<RemovedTask>,
    pub archived: Vec<RemovedTask>,
    /// Number of the latest event of the organization that the data includes.
    pub as_of: i64,
}

/// A deleted or archived task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedTask {
    pub key: TaskKey,
    pub title: String,
    #[serde(deserialize_with = "crate::domain::dates::read")]
    pub at: DateTime<Utc>,
    /// Name of the person who deleted it.
    pub by: Option<String>,
    /// Days left until the task is purged.
    pub days_left: i64,
}
