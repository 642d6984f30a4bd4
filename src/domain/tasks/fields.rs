//! The editable fields of a task, and changes of them. Each change has the old and the new value, so that it can be
//! described, replayed and undone.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

use super::priority::Priority;
use crate::domain::dates::FromIso;

/// The editable fields of a task.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskFields {
    pub title: String,
    /// Markdown; may be empty.
    pub description: String,
    #[serde(rename = "place")]
    pub position: TaskPosition,
    pub priority: Priority,
    /// Estimate in points.
    pub estimate: Option<i64>,
    #[serde(default, deserialize_with = "crate::domain::dates::read_option")]
    pub start_on: Option<NaiveDate>,
    #[serde(default, deserialize_with = "crate::domain::dates::read_option")]
    pub due_on: Option<NaiveDate>,
    /// Number of the parent task in the same project.
    pub parent: Option<i64>,
    /// Ids of the assignees.
    pub assignees: BTreeSet<Uuid>,
    /// Ids of the labels.
    pub labels: BTreeSet<Uuid>,
    pub is_archived: bool,
    /// Whether the task is in the trash.
    pub is_deleted: bool,
}

/// Position of a task on the board.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskPosition {
    /// Slug of the state.
    pub state: String,
    /// Rank in the column (`tasks::rank`).
    pub rank: String,
}

/// Old and new value of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change<T> {
    pub from: T,
    pub to: T,
}

/// Reads the change of a date.
fn read_dates<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Change<Option<NaiveDate>>, D::Error> {
    let Change { from, to } = Change::<Option<FromIso<NaiveDate>>>::deserialize(deserializer)?;
    Ok(Change { from: from.map(|FromIso(date)| date), to: to.map(|FromIso(date)| date) })
}

#[cfg(feature = "ssr")]
impl<T: Clone + PartialEq> Change<T> {
    fn between(from: &T, to: &T) -> Option<Self> {
        (from != to).then(|| Self { from: from.clone(), to: to.clone() })
    }

    fn inverted(self) -> Self {
        Self { from: self.to, to: self.from }
    }
}

/// Elements added to and removed from a set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetChange {
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub added: BTreeSet<Uuid>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub removed: BTreeSet<Uuid>,
}

impl SetChange {
    #[cfg(feature = "ssr")]
    fn between(from: &BTreeSet<Uuid>, to: &BTreeSet<Uuid>) -> Option<Self> {
        (from != to).then(|| Self { added: to - from, removed: from - to })
    }

    #[cfg(feature = "ssr")]
    fn inverted(self) -> Self {
        Self { added: self.removed, removed: self.added }
    }

    fn apply(&self, set: &mut BTreeSet<Uuid>) {
        set.retain(|id| !self.removed.contains(id));
        set.extend(&self.added);
    }

    #[cfg(feature = "ssr")]
    fn fits(&self, set: &BTreeSet<Uuid>) -> bool {
        self.removed.is_subset(set) && self.added.is_disjoint(set)
    }
}

/// The change of one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldChange {
    Title(Change<String>),
    Description(Change<String>),
    #[serde(rename = "place")]
    Position(Change<TaskPosition>),
    Priority(Change<Priority>),
    Estimate(Change<Option<i64>>),
    StartOn(#[serde(deserialize_with = "read_dates")] Change<Option<NaiveDate>>),
    DueOn(#[serde(deserialize_with = "read_dates")] Change<Option<NaiveDate>>),
    Parent(Change<Option<i64>>),
    Assignees(SetChange),
    Labels(SetChange),
    Archived(Change<bool>),
    Deleted(Change<bool>),
}

impl FieldChange {
    /// The change that undoes this one.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn inverted(self) -> Self {
        match self {
            Self::Title(value) => Self::Title(value.inverted()),
            Self::Description(value) => Self::Description(value.inverted()),
            Self::Position(value) => Self::Position(value.inverted()),
            Self::Priority(value) => Self::Priority(value.inverted()),
            Self::Estimate(value) => Self::Estimate(value.inverted()),
            Self::StartOn(value) => Self::StartOn(value.inverted()),
            Self::DueOn(value) => Self::DueOn(value.inverted()),
            Self::Parent(value) => Self::Parent(value.inverted()),
            Self::Assignees(set) => Self::Assignees(set.inverted()),
            Self::Labels(set) => Self::Labels(set.inverted()),
            Self::Archived(value) => Self::Archived(value.inverted()),
            Self::Deleted(value) => Self::Deleted(value.inverted()),
        }
    }

    /// Applies the change to `fields`, regardless of the old value.
    pub fn apply(&self, fields: &mut TaskFields) {
        match self {
            Self::Title(value) => fields.title.clone_from(&value.to),
            Self::Description(value) => fields.description.clone_from(&value.to),
            Self::Position(value) => fields.position.clone_from(&value.to),
            Self::Priority(value) => fields.priority = value.to,
            Self::Estimate(value) => fields.estimate = value.to,
            Self::StartOn(value) => fields.start_on = value.to,
            Self::DueOn(value) => fields.due_on = value.to,
            Self::Parent(value) => fields.parent = value.to,
            Self::Assignees(set) => set.apply(&mut fields.assignees),
            Self::Labels(set) => set.apply(&mut fields.labels),
            Self::Archived(value) => fields.is_archived = value.to,
            Self::Deleted(value) => fields.is_deleted = value.to,
        }
    }

    /// Whether `fields` have the old value. For a position only the state is compared: other moves may have changed the
    /// rank.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn fits(&self, fields: &TaskFields) -> bool {
        match self {
            Self::Title(value) => fields.title == value.from,
            Self::Description(value) => fields.description == value.from,
            Self::Position(value) => fields.position.state == value.from.state,
            Self::Priority(value) => fields.priority == value.from,
            Self::Estimate(value) => fields.estimate == value.from,
            Self::StartOn(value) => fields.start_on == value.from,
            Self::DueOn(value) => fields.due_on == value.from,
            Self::Parent(value) => fields.parent == value.from,
            Self::Assignees(set) => set.fits(&fields.assignees),
            Self::Labels(set) => set.fits(&fields.labels),
            Self::Archived(value) => fields.is_archived == value.from,
            Self::Deleted(value) => fields.is_deleted == value.from,
        }
    }
}

impl TaskFields {
    /// Fields of a task with a title and the slug of its state.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn titled(state: &str, title: &str) -> Self {
        let position = TaskPosition { state: state.to_owned(), rank: String::new() };
        Self { title: title.to_owned(), position, ..Self::default() }
    }

    /// Keeps title, description and position only.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn bare(&self) -> Self {
        let Self { title, description, position, .. } = self.clone();
        Self { title, description, position, ..Self::default() }
    }

    /// Returns the changes from these fields to `to`, in display order.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn changes_to(&self, to: &Self) -> Vec<FieldChange> {
        [
            Change::between(&self.title, &to.title).map(FieldChange::Title),
            Change::between(&self.description, &to.description).map(FieldChange::Description),
            Change::between(&self.position, &to.position).map(FieldChange::Position),
            Change::between(&self.priority, &to.priority).map(FieldChange::Priority),
            Change::between(&self.estimate, &to.estimate).map(FieldChange::Estimate),
            Change::between(&self.start_on, &to.start_on).map(FieldChange::StartOn),
            Change::between(&self.due_on, &to.due_on).map(FieldChange::DueOn),
            Change::between(&self.parent, &to.parent).map(FieldChange::Parent),
            SetChange::between(&self.assignees, &to.assignees).map(FieldChange::Assignees),
            SetChange::between(&self.labels, &to.labels).map(FieldChange::Labels),
            Change::between(&self.is_archived, &to.is_archived).map(FieldChange::Archived),
            Change::between(&self.is_deleted, &to.is_deleted).map(FieldChange::Deleted),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Whether the task is on the board and in lists: neither archived nor deleted.
    #[must_use]
    pub const fn is_open_to_work(&self) -> bool {
        !self.is_archived && !self.is_deleted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn before_and_after() -> (TaskFields, TaskFields) {
        let [a, b, c] = [1, 2, 3].map(Uuid::from_u128);
        let before = TaskFields {
            title: "Before".to_owned(),
            position: TaskPosition { state: "todo".to_owned(), rank: "V".to_owned() },
            assignees: [a, b].into(),
            labels: [a].into(),
            due_on: NaiveDate::from_ymd_opt(2026, 1, 31),
            ..TaskFields::default()
        };
        let after = TaskFields {
            title: "After".to_owned(),
            description: "Words".to_owned(),
            position: TaskPosition { state: "done".to_owned(), rank: "k".to_owned() },
            priority: Priority::High,
            estimate: Some(3),
            start_on: NaiveDate::from_ymd_opt(2026, 1, 1),
            due_on: None,
            parent: Some(4),
            assignees: [b, c].into(),
            labels: BTreeSet::new(),
            is_archived: true,
            is_deleted: true,
        };
        (before, after)
    }

    #[test]
    fn changes_apply_and_invert() {
        let (before, after) = before_and_after();
        let changes = before.changes_to(&after);
        assert_eq!(changes.len(), 12, "every field is told");
        let mut fields = before.clone();
        for change in &changes {
            assert!(change.fits(&fields), "{change:?}");
            change.apply(&mut fields);
        }
        assert_eq!(fields, after);
        for change in changes.into_iter().rev().map(FieldChange::inverted) {
            assert!(change.fits(&fields), "{change:?}");
            change.apply(&mut fields);
        }
        assert_eq!(fields, before);
        assert!(before.changes_to(&before).is_empty());
    }

    #[test]
    fn a_change_does_not_fit_other_values() {
        let (before, after) = before_and_after();
        for change in before.changes_to(&after) {
            assert!(!change.fits(&after), "{change:?}");
        }
    }

    #[test]
    fn changes_round_trip() {
        let (before, after) = before_and_after();
        let changes = before.changes_to(&after);
        let json = serde_json::to_string(&changes).unwrap();
        assert_eq!(serde_json::from_str::<Vec<FieldChange>>(&json).unwrap(), changes);
    }
}
