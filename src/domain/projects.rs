//! Projects and their workflow: states, labels and people.

pub mod overview;
pub mod settings;
pub mod template;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::keys::ProjectKey;

/// Maximum length of a project's name in characters.
pub const NAME_MAX: usize = 80;

/// A project in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectSummary {
    pub key: ProjectKey,
    pub name: String,
    /// Emoji in front of the name. If empty, the initials are shown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub icon: String,
    /// Hue from 1 to 12; derived from the key if `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hue: Option<u8>,
    /// Whether only its members and the owners of the organization see it.
    ///
    /// Named `is_closed` in the API since its first version.
    #[serde(rename = "is_closed", default, skip_serializing_if = "is_false")]
    pub is_private: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_archived: bool,
    /// Whether the project is a favourite of the reader.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_favourite: bool,
    /// Number of tasks that are neither completed nor cancelled.
    pub open_tasks: i64,
    pub all_tasks: i64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

/// Meaning of a state, independent of its name in a project.
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

    /// The display name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Backlog => "Backlog",
            Self::Unstarted => "Not started",
            Self::Started => "In progress",
            Self::Completed => "Completed",
            Self::Cancelled => "Cancelled",
        }
    }

    /// Description for the choice of a category.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Backlog => "Backlog (someday)",
            Self::Unstarted => "Not started",
            Self::Started => "In progress",
            Self::Completed => "Completed",
            Self::Cancelled => "Cancelled",
        }
    }

    /// Whether tasks in a state of this category are done.
    #[must_use]
    pub const fn is_done(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled)
    }
}

/// The category is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("There is no such category.")]
pub struct UnknownCategory;

impl std::str::FromStr for StateCategory {
    type Err = UnknownCategory;

    fn from_str(slug: &str) -> Result<Self, UnknownCategory> {
        Self::ALL.into_iter().find(|category| category.slug() == slug).ok_or(UnknownCategory)
    }
}

/// A state of the workflow: a column of the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// The name in forms and test selectors, for example `in-progress`.
    pub slug: String,
    /// The display name, for example `In progress`.
    pub name: String,
    pub category: StateCategory,
    /// Hue from 1 to 12; derived from the category if `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hue: Option<u8>,
    /// Maximum number of tasks in the state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wip_limit: Option<i64>,
}

/// A label of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    pub id: Uuid,
    pub name: String,
    /// Hue from 1 to 12.
    pub hue: u8,
}

/// A person who can be assigned to tasks of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignable {
    pub id: Uuid,
    pub name: String,
}
