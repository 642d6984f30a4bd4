//! What both sides know of a list.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{projects::Parts, tasks::fields::TaskFields};

/// How many rows are loaded at a time.
pub const PAGE: usize = 100;

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    pub parts: Parts,
    /// All of them, in order; rows of one that is not first begin where those before it end.
    pub groups: Vec<GroupCount>,
    /// How many rows come before the page.
    pub from: usize,
    /// At most [`PAGE`].
    pub rows: Vec<Row>,
    /// The reader.
    pub me: Uuid,
    /// The number of the organization's last event that it takes into account.
    pub as_of: i64,
    /// The date on the server, against which others are late.
    pub today: NaiveDate,
}

/// A group of a list, and how many rows it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupCount {
    /// A state's slug, a priority's number, the id of a person or a label, or the number of a span of time; empty for what has
    /// none.
    pub slug: String,
    /// The name of a state, a person or a label.
    pub name: String,
    pub tasks: i64,
}

/// A task in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its number in the project.
    pub number: i64,
    /// Without the description.
    pub facts: TaskFields,
    pub created_by: Uuid,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}
