//! What can be changed about a task, and the changes: each says what was and what is, so that it can be told, replayed
//! and undone.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::priority::Priority;

/// Everything about a task that people change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskFields {
    pub title: String,
    /// Markdown; may be empty.
    pub description: String,
    pub place: TaskPosition,
    pub priority: Priority,
    /// Points.
    pub estimate: Option<i64>,
    pub start_on: Option<NaiveDate>,
    pub due_on: Option<NaiveDate>,
    /// The number of the task, in the same project, that it is a part of.
    pub parent: Option<i64>,
    /// Ids of people.
    pub assignees: BTreeSet<Uuid>,
    /// Ids of labels of the project.
    pub labels: BTreeSet<Uuid>,
    pub is_archived: bool,
    /// Whether it is in the bin.
    pub is_deleted: bool,
}

/// Where a task stands on the board.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskPosition {
    /// Slug of the state.
    pub state: String,
    /// Its rank in the column (`projects::rank`).
    pub rank: String,
}

/// A value before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change<T> {
    pub from: T,
    pub to: T,
}

impl<T: Clone + PartialEq> Change<T> {
    fn between(from: &T, to: &T) -> Option<Self> {
        (from != to).then(|| Self { from: from.clone(), to: to.clone() })
    }

    fn inverted(self) -> Self {
        Self { from: self.to, to: self.from }
    }
}

/// What came into a set and what left it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetChange {
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub added: BTreeSet<Uuid>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub removed: BTreeSet<Uuid>,
}

impl SetChange {
    fn between(from: &BTreeSet<Uuid>, to: &BTreeSet<Uuid>) -> Option<Self> {
        (from != to).then(|| Self { added: to - from, removed: from - to })
    }

    fn inverted(self) -> Self {
        Self { added: self.removed, removed: self.added }
    }

    fn apply(&self, set: &mut BTreeSet<Uuid>) {
        set.retain(|id| !self.removed.contains(id));
        set.extend(&self.added);
    }

    fn fits(&self, set: &BTreeSet<Uuid>) -> bool {
        self.removed.is_subset(set) && self.added.is_disjoint(set)
    }
}

/// One thing that was changed about a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldChange {
    Title(Change<String>),
    Description(Change<String>),
    Place(Change<TaskPosition>),
    Priority(Change<Priority>),
    Estimate(Change<Option<i64>>),
    StartOn(Change<Option<NaiveDate>>),
    DueOn(Change<Option<NaiveDate>>),
    Parent(Change<Option<i64>>),
    Assignees(SetChange),
    Labels(SetChange),
    Archived(Change<bool>),
    Deleted(Change<bool>),
}

impl FieldChange {
    /// The change that takes this one back.
    #[must_use]
    pub fn inverted(self) -> Self {
        match self {
            Self::Title(swap) => Self::Title(swap.inverted()),
            Self::Description(swap) => Self::Description(swap.inverted()),
            Self::Place(swap) => Self::Place(swap.inverted()),
            Self::Priority(swap) => Self::Priority(swap.inverted()),
            Self::Estimate(swap) => Self::Estimate(swap.inverted()),
            Self::StartOn(swap) => Self::StartOn(swap.inverted()),
            Self::DueOn(swap) => Self::DueOn(swap.inverted()),
            Self::Parent(swap) => Self::Parent(swap.inverted()),
            Self::Assignees(exchange) => Self::Assignees(exchange.inverted()),
            Self::Labels(exchange) => Self::Labels(exchange.inverted()),
            Self::Archived(swap) => Self::Archived(swap.inverted()),
            Self::Deleted(swap) => Self::Deleted(swap.inverted()),
        }
    }

    /// Makes the change to `facts`, whatever they say now.
    pub fn apply(&self, facts: &mut TaskFields) {
        match self {
            Self::Title(swap) => facts.title.clone_from(&swap.to),
            Self::Description(swap) => facts.description.clone_from(&swap.to),
            Self::Place(swap) => facts.place.clone_from(&swap.to),
            Self::Priority(swap) => facts.priority = swap.to,
            Self::Estimate(swap) => facts.estimate = swap.to,
            Self::StartOn(swap) => facts.start_on = swap.to,
            Self::DueOn(swap) => facts.due_on = swap.to,
            Self::Parent(swap) => facts.parent = swap.to,
            Self::Assignees(exchange) => exchange.apply(&mut facts.assignees),
            Self::Labels(exchange) => exchange.apply(&mut facts.labels),
            Self::Archived(swap) => facts.is_archived = swap.to,
            Self::Deleted(swap) => facts.is_deleted = swap.to,
        }
    }

    /// Whether `facts` are as they were before the change. Of a place, the state counts: others may have been put
    /// beside the task without touching it.
    #[must_use]
    pub fn fits(&self, facts: &TaskFields) -> bool {
        match self {
            Self::Title(swap) => facts.title == swap.from,
            Self::Description(swap) => facts.description == swap.from,
            Self::Place(swap) => facts.place.state == swap.from.state,
            Self::Priority(swap) => facts.priority == swap.from,
            Self::Estimate(swap) => facts.estimate == swap.from,
            Self::StartOn(swap) => facts.start_on == swap.from,
            Self::DueOn(swap) => facts.due_on == swap.from,
            Self::Parent(swap) => facts.parent == swap.from,
            Self::Assignees(exchange) => exchange.fits(&facts.assignees),
            Self::Labels(exchange) => exchange.fits(&facts.labels),
            Self::Archived(swap) => facts.is_archived == swap.from,
            Self::Deleted(swap) => facts.is_deleted == swap.from,
        }
    }
}

impl TaskFields {
    /// Of a task of which nothing is known but its title and the slug of its state.
    #[must_use]
    pub fn titled(state: &str, title: &str) -> Self {
        let place = TaskPosition { state: state.to_owned(), rank: String::new() };
        Self { title: title.to_owned(), place, ..Self::default() }
    }

    /// Without what refers to others, and what is optional besides the description.
    #[must_use]
    pub fn bare(&self) -> Self {
        let Self { title, description, place, .. } = self.clone();
        Self { title, description, place, ..Self::default() }
    }

    /// What makes these facts into `to`, in the order in which people read it.
    #[must_use]
    pub fn changes_to(&self, to: &Self) -> Vec<FieldChange> {
        [
            Change::between(&self.title, &to.title).map(FieldChange::Title),
            Change::between(&self.description, &to.description).map(FieldChange::Description),
            Change::between(&self.place, &to.place).map(FieldChange::Place),
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

    /// Whether it is on the board and in lists.
    #[must_use]
    pub const fn is_open_to_work(&self) -> bool {
        !self.is_archived && !self.is_deleted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> (TaskFields, TaskFields) {
        let [a, b, c] = [1, 2, 3].map(Uuid::from_u128);
        let before = TaskFields {
            title: "Before".to_owned(),
            place: TaskPosition { state: "todo".to_owned(), rank: "V".to_owned() },
            assignees: [a, b].into(),
            labels: [a].into(),
            due_on: NaiveDate::from_ymd_opt(2026, 1, 31),
            ..TaskFields::default()
        };
        let after = TaskFields {
            title: "After".to_owned(),
            description: "Words".to_owned(),
            place: TaskPosition { state: "done".to_owned(), rank: "k".to_owned() },
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
    fn changes_lead_there_and_their_inversion_back() {
        let (before, after) = two();
        let changes = before.changes_to(&after);
        assert_eq!(changes.len(), 12, "every field is told");
        let mut facts = before.clone();
        for change in &changes {
            assert!(change.fits(&facts), "{change:?}");
            change.apply(&mut facts);
        }
        assert_eq!(facts, after);
        for change in changes.into_iter().rev().map(FieldChange::inverted) {
            assert!(change.fits(&facts), "{change:?}");
            change.apply(&mut facts);
        }
        assert_eq!(facts, before);
        assert!(before.changes_to(&before).is_empty());
    }

    #[test]
    fn a_change_does_not_fit_what_has_changed_since() {
        let (before, after) = two();
        for change in before.changes_to(&after) {
            assert!(!change.fits(&after), "{change:?}");
        }
    }

    #[test]
    fn changes_survive_the_database() {
        let (before, after) = two();
        let changes = before.changes_to(&after);
        let json = serde_json::to_string(&changes).unwrap();
        assert_eq!(serde_json::from_str::<Vec<FieldChange>>(&json).unwrap(), changes);
    }
}
