//! What both sides know of a task.

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

/// The most characters that a title may have.
pub const TITLE_MAX: usize = 200;

/// How many tasks are changed at once, at most.
pub const AT_ONCE_MAX: usize = 500;

/// The most characters that a description may have.
pub const DESCRIPTION_MAX: usize = 100_000;

/// A task on a board.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "WireCard")]
pub struct TaskCard {
    /// Its number in the project: with the project's key it makes `WEB-12`.
    pub number: i64,
    pub title: String,
    /// Its rank in the column (`projects::rank`).
    pub rank: String,
    pub priority: Priority,
    /// Points.
    pub estimate: Option<i64>,
    pub due_on: Option<NaiveDate>,
    /// Ids of people.
    pub assignees: Vec<Uuid>,
    /// Ids of labels.
    pub labels: Vec<Uuid>,
}

/// How a card travels: a board has hundreds of them, and each name would be sent with each. Most are short.
#[derive(Deserialize)]
#[serde(untagged)]
enum WireCard {
    Whole(i64, String, String, Priority, Option<i64>, Option<NaiveDate>, Vec<Uuid>, Vec<Uuid>),
    Plain(i64, String, String),
}

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
    fn from(wire: WireCard) -> Self {
        match wire {
            WireCard::Plain(number, title, rank) => Self { number, title, rank, ..Self::default() },
            WireCard::Whole(number, title, rank, priority, estimate, due_on, assignees, labels) => {
                Self { number, title, rank, priority, estimate, due_on, assignees, labels }
            }
        }
    }
}

impl TaskCard {
    /// Whether there is nothing to show but its title.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.priority == Priority::None
            && self.estimate.is_none()
            && self.due_on.is_none()
            && self.assignees.is_empty()
            && self.labels.is_empty()
    }

    /// The card of a task with these facts.
    #[must_use]
    pub fn of(number: i64, facts: &TaskFields) -> Self {
        Self {
            number,
            title: facts.title.clone(),
            rank: facts.place.rank.clone(),
            priority: facts.priority,
            estimate: facts.estimate,
            due_on: facts.due_on,
            assignees: facts.assignees.iter().copied().collect(),
            labels: facts.labels.iter().copied().collect(),
        }
    }
}

impl TaskCard {
    /// Takes a change over, as far as a card shows it.
    pub fn change(&mut self, change: &FieldChange) {
        let exchange = |ids: &mut Vec<Uuid>, exchange: &SetChange| {
            ids.retain(|id| !exchange.removed.contains(id) && !exchange.added.contains(id));
            ids.extend(&exchange.added);
        };
        match change {
            FieldChange::Title(swap) => self.title.clone_from(&swap.to),
            FieldChange::Place(swap) => self.rank.clone_from(&swap.to.rank),
            FieldChange::Priority(swap) => self.priority = swap.to,
            FieldChange::Estimate(swap) => self.estimate = swap.to,
            FieldChange::DueOn(swap) => self.due_on = swap.to,
            FieldChange::Assignees(people) => exchange(&mut self.assignees, people),
            FieldChange::Labels(labels) => exchange(&mut self.labels, labels),
            FieldChange::Description(_)
            | FieldChange::StartOn(_)
            | FieldChange::Parent(_)
            | FieldChange::Archived(_)
            | FieldChange::Deleted(_) => {}
        }
    }
}

/// What became of a move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// Where the task is now.
    pub place: TaskPosition,
    /// What undoes the move; none when the task was there already.
    pub undo: Option<Uuid>,
    /// The number of the event that tells of it.
    pub event: Option<i64>,
}

/// A task with all there is to know of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskDetail {
    pub key: TaskKey,
    pub project_name: String,
    pub facts: TaskFields,
    /// The description as safe HTML.
    pub html: String,
    /// The states of its project, in order.
    pub states: Vec<State>,
    /// The labels of its project, by name.
    pub labels: Vec<Label>,
    /// Whom it can be given to, by name.
    pub people: Vec<Assignable>,
    /// Rises by one with every edit; sent back with a form so that a stale one is noticed.
    pub version: i64,
    pub created_by: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// What it has to do with other tasks, and who looks after it.
    pub links: Links,
    /// The number of the organization's last event that this takes into account.
    pub as_of: i64,
    /// When it is deleted for ever, while it is in the bin.
    pub leaves_on: Option<NaiveDate>,
    /// What undoes the change that this is the answer to.
    pub undo: Option<Uuid>,
}

impl TaskDetail {
    /// The name of the state it is in.
    #[must_use]
    pub fn state_name(&self) -> &str {
        self.current().map_or(&self.facts.place.state, |state| &state.name)
    }

    /// What the state it is in means.
    #[must_use]
    pub fn state_category(&self) -> Option<StateCategory> {
        self.current().map(|state| state.category)
    }

    fn current(&self) -> Option<&State> {
        self.states.iter().find(|state| state.slug == self.facts.place.state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_survives_the_wire_without_its_names() {
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
