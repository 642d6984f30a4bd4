//! The task list of a project, in pages.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{board::ProjectContext, tasks::fields::TaskFields};

/// Rows per page.
pub const PAGE: usize = 100;

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    #[serde(rename = "parts")]
    pub project: ProjectContext,
    /// All groups of the list, in order, across its pages.
    pub groups: Vec<GroupCount>,
    /// Number of rows before the page.
    pub from: usize,
    /// The rows of the page, at most [`PAGE`].
    pub rows: Vec<Row>,
    /// Id of the reader.
    pub me: Uuid,
    /// Number of the latest event of the organization that the data includes.
    pub as_of: i64,
    /// The server's current date, by which tasks are overdue.
    #[serde(deserialize_with = "crate::domain::dates::read")]
    pub today: NaiveDate,
}

/// A group of the list and its number of tasks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupCount {
    /// Slug of the state, number of the priority, id of the person or label, or number of the date range; empty for
    /// tasks without one.
    pub slug: String,
    /// Name of the state, person or label.
    pub name: String,
    pub tasks: i64,
}

/// A task in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Number of the task in the project.
    pub number: i64,
    /// The task's fields, without the description.
    #[serde(rename = "facts")]
    pub fields: TaskFields,
    pub created_by: Uuid,
    #[serde(deserialize_with = "crate::domain::dates::read")]
    pub created_at: DateTime<Utc>,
    #[serde(deserialize_with = "crate::domain::dates::read")]
    pub updated_at: DateTime<Utc>,
}
