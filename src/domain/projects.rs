//! What both sides know of a project.

pub mod overview;
pub mod settings;
pub mod template;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{keys::ProjectKey, query::Problem, saved_views::SavedView, tasks::TaskCard};

/// How many cards a board shows of a state in which nothing is left to do: the last ones of its column.
pub const RECENT: usize = 100;

/// The most characters that a project's name may have.
pub const NAME_MAX: usize = 80;

/// A project in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectSummary {
    pub key: ProjectKey,
    pub name: String,
    /// An emoji in front of the name; empty: its initials.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub icon: String,
    /// One of the twelve hues; none: the one that its key gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hue: Option<u8>,
    /// Whether only its members see it, and the organization's owners.
    ///
    /// The API has called it `is_closed` from its first version on.
    #[serde(rename = "is_closed", default, skip_serializing_if = "is_false")]
    pub is_private: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_archived: bool,
    /// Whether the reader has marked it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_favourite: bool,
    /// Tasks that are neither completed nor cancelled.
    pub open_tasks: i64,
    pub all_tasks: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

/// What a state means, whatever a project calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateCategory {
    Backlog,
    Unstarted,
    Started,
    Completed,
    Cancelled,
}

impl StateCategory {
    /// In the order of a workflow.
    pub const ALL: [Self; 5] = [Self::Backlog, Self::Unstarted, Self::Started, Self::Completed, Self::Cancelled];

    /// The name in forms.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Backlog => "backlog",
            Self::Unstarted => "unstarted",
            Self::Started => "started",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }

    /// As people read it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Backlog => "Backlog",
            Self::Unstarted => "Unstarted",
            Self::Started => "Started",
            Self::Completed => "Completed",
            Self::Cancelled => "Cancelled",
        }
    }

    /// What it means, for whoever chooses one.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Backlog => "Backlog: perhaps some day",
            Self::Unstarted => "Unstarted: to be done",
            Self::Started => "Started: being done",
            Self::Completed => "Completed: done",
            Self::Cancelled => "Cancelled: will not be done",
        }
    }

    /// Whether there is nothing left to do.
    #[must_use]
    pub const fn is_done(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled)
    }
}

/// There is no such category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("There is no such category.")]
pub struct UnknownCategory;

impl std::str::FromStr for StateCategory {
    type Err = UnknownCategory;

    fn from_str(slug: &str) -> Result<Self, UnknownCategory> {
        Self::ALL.into_iter().find(|category| category.slug() == slug).ok_or(UnknownCategory)
    }
}

/// One state of a project's workflow: a column of its board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// The name in forms and selectors, for example `in-progress`.
    pub slug: String,
    /// The name that people read, for example `In progress`.
    pub name: String,
    pub category: StateCategory,
    /// One of the twelve hues; none: the one that its category gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hue: Option<u8>,
    /// The most tasks that may be in it at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wip_limit: Option<i64>,
}

/// A label of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    pub id: Uuid,
    pub name: String,
    /// One of the twelve hues, from 1.
    pub hue: u8,
}

/// Somebody who can be given a task of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignable {
    pub id: Uuid,
    pub name: String,
}

/// What the pages of a project's tasks have in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parts {
    pub key: ProjectKey,
    pub name: String,
    /// In order.
    pub states: Vec<State>,
    /// By name.
    pub labels: Vec<Label>,
    /// Whom tasks can be given to, by name.
    pub people: Vec<Assignable>,
    /// Those that the reader may open, by name.
    pub views: Vec<SavedView>,
    /// What in the address is not understood; then there are no tasks.
    pub problems: Vec<Problem>,
}

/// A project's board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    pub key: ProjectKey,
    pub name: String,
    /// In the order of the board's columns.
    pub columns: Vec<Column>,
    /// By name.
    pub labels: Vec<Label>,
    /// By name.
    pub people: Vec<Assignable>,
    /// Those that the reader may open, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub views: Vec<SavedView>,
    /// What in the address is not understood; then there are no cards.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
    /// The number of the organization's last event that the board takes into account.
    pub as_of: i64,
    /// The date on the server, against which others are late.
    pub today: NaiveDate,
}

/// A column of a board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub state: State,
    /// From top to bottom.
    pub tasks: Vec<TaskCard>,
    /// How many tasks are left out: by the filter, or before the last [`RECENT`].
    #[serde(default, skip_serializing_if = "is_zero")]
    pub hidden: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
const fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl Board {
    /// What it has in common with other pages of the project.
    #[must_use]
    pub fn parts(&self) -> Parts {
        Parts {
            key: self.key.clone(),
            name: self.name.clone(),
            states: self.columns.iter().map(|column| column.state.clone()).collect(),
            labels: self.labels.clone(),
            people: self.people.clone(),
            views: self.views.clone(),
            problems: self.problems.clone(),
        }
    }
}
