//! Tasks: the card on a board, and the details of the task page.

pub mod activity;
pub mod due;
pub mod event;
pub mod field_name;
pub mod fields;
pub mod filter;
pub mod lane;
pub mod links;
pub mod merge;
pub mod priority;
#[cfg(feature = "ssr")]
pub mod rank;
pub mod relation;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

use self::{
    fields::{FieldChange, SetChange, TaskFields, TaskPosition},
    links::Links,
    priority::Priority,
};
use super::{
    keys::TaskKey,
    projects::{Assignable, Label, State, StateCategory},
};

/// Maximum length of a title in characters.
pub const TITLE_MAX: usize = 200;

/// Maximum number of tasks per edit. A page edits more in several steps.
pub const AT_ONCE_MAX: usize = 500;

/// Maximum number of tasks that can be selected.
pub const SELECTED_MAX: usize = 20_000;

/// Maximum length of a description in characters.
#[cfg(feature = "ssr")]
pub const DESCRIPTION_MAX: usize = 100_000;

/// A task on a board.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "WireCard")]
pub struct TaskCard {
    /// Number in the project: with the key of the project it makes `WEB-12`.
    pub number: i64,
    pub title: String,
    /// Rank in the column (`tasks::rank`).
    pub rank: String,
    pub priority: Priority,
    /// Estimate in points.
    pub estimate: Option<i64>,
    pub due_on: Option<NaiveDate>,
    /// Ids of the assignees.
    pub assignees: Vec<Uuid>,
    /// Ids of the task's labels.
    pub labels: Vec<Uuid>,
}

/// Wire format of a card: a tuple, because a board has hundreds of cards and field names would repeat with each. Most
/// cards end after the rank. Not an untagged enum: that would parse each card twice, by code that nothing else needs.
#[derive(Deserialize)]
struct WireCard(
    i64,
    String,
    String,
    #[serde(default)] Priority,
    #[serde(default)] Option<i64>,
    #[serde(default, deserialize_with = "crate::domain::dates::read_option")] Option<NaiveDate>,
    #[serde(default)] Vec<Uuid>,
    #[serde(default)] Vec<Uuid>,
);

impl Serialize for TaskCard {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { number, title, rank, priority, estimate, due_on, assignees, labels } = self;
        if self.is_plain() {
            (number, title, rank).serialize(serializer)
        } else {
            (number, title, rank, priority, estimate, due_on, assignees, labels).serialize(serializer)
        }
    }
}

impl From<WireCard> for TaskCard {
    fn from(WireCard(number, title, rank, priority, estimate, due_on, assignees, labels): WireCard) -> Self {
        Self { number, title, rank, priority, estimate, due_on, assignees, labels }
    }
}

impl TaskCard {
    /// Whether the card shows only its title.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.priority == Priority::None
            && self.estimate.is_none()
            && self.due_on.is_none()
            && self.assignees.is_empty()
            && self.labels.is_empty()
    }

    /// Creates the card of a task with these fields.
    #[must_use]
    pub fn of(number: i64, fields: &TaskFields) -> Self {
        Self {
            number,
            title: fields.title.clone(),
            rank: fields.position.rank.clone(),
            priority: fields.priority,
            estimate: fields.estimate,
            due_on: fields.due_on,
            assignees: fields.assignees.iter().copied().collect(),
            labels: fields.labels.iter().copied().collect(),
        }
    }
}

impl TaskCard {
    /// Applies a change if the card shows the field; ignores other changes.
    pub fn change(&mut self, change: &FieldChange) {
        let apply = |ids: &mut Vec<Uuid>, change: &SetChange| {
            ids.retain(|id| !change.removed.contains(id) && !change.added.contains(id));
            ids.extend(&change.added);
        };
        match change {
            FieldChange::Title(value) => self.title.clone_from(&value.to),
            FieldChange::Position(value) => self.rank.clone_from(&value.to.rank),
            FieldChange::Priority(value) => self.priority = value.to,
            FieldChange::Estimate(value) => self.estimate = value.to,
            FieldChange::DueOn(value) => self.due_on = value.to,
            FieldChange::Assignees(people) => apply(&mut self.assignees, people),
            FieldChange::Labels(labels) => apply(&mut self.labels, labels),
            FieldChange::Description(_)
            | FieldChange::StartOn(_)
            | FieldChange::Parent(_)
            | FieldChange::Archived(_)
            | FieldChange::Deleted(_) => {}
        }
    }
}

/// Result of a move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// New position of the task.
    #[serde(rename = "place")]
    pub position: TaskPosition,
    /// Batch that undoes the move; `None` if the task did not move.
    pub undo: Option<Uuid>,
    /// Number of the event of the move.
    pub event: Option<i64>,
}

/// Data of the task page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskDetail {
    pub key: TaskKey,
    pub project_name: String,
    #[serde(rename = "facts")]
    pub fields: TaskFields,
    /// The description as safe HTML.
    pub html: String,
    /// States of the project, in order.
    pub states: Vec<State>,
    /// Labels of the project, by name.
    pub labels: Vec<Label>,
    /// People who can be assigned, by name.
    pub people: Vec<Assignable>,
    /// Version of the title and the description. It increases by one with every edit of them; the form sends it back to
    /// detect concurrent edits.
    pub version: i64,
    pub created_by: String,
    #[serde(deserialize_with = "crate::domain::dates::read")]
    pub created_at: DateTime<Utc>,
    #[serde(deserialize_with = "crate::domain::dates::read")]
    pub updated_at: DateTime<Utc>,
    /// Related tasks and watchers.
    pub links: Links,
    /// Number of the latest event of the organization that the data includes.
    pub as_of: i64,
    /// When the task is purged. Set only while it is in the trash.
    #[serde(default, deserialize_with = "crate::domain::dates::read_option")]
    pub leaves_on: Option<NaiveDate>,
    /// Batch that undoes the change, if this data is the response to a change.
    pub undo: Option<Uuid>,
}

impl TaskDetail {
    /// Name of the state.
    #[must_use]
    pub fn state_name(&self) -> &str {
        self.current().map_or(&self.fields.position.state, |state| &state.name)
    }

    /// Category of the state.
    #[must_use]
    pub fn state_category(&self) -> Option<StateCategory> {
        self.current().map(|state| state.category)
    }

    fn current(&self) -> Option<&State> {
        self.states.iter().find(|state| state.slug == self.fields.position.state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_round_trip_without_field_names() {
        let plain = TaskCard { number: 12, title: "Ship it".to_owned(), rank: "V".to_owned(), ..TaskCard::default() };
        let json = serde_json::to_string(&plain).unwrap();
        assert_eq!(json, r#"[12,"Ship it","V"]"#);
        assert_eq!(serde_json::from_str::<TaskCard>(&json).unwrap(), plain);

        let whole = TaskCard { priority: Priority::High, assignees: vec![Uuid::from_u128(7)], ..plain };
        let json = serde_json::to_string(&whole).unwrap();
        assert_eq!(json, r#"[12,"Ship it","V",2,null,null,["00000000-0000-0000-0000-000000000007"],[]]"#);
        assert_eq!(serde_json::from_str::<TaskCard>(&json).unwrap(), whole);
    }
}
