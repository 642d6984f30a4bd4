//! Settings of a project.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Label, State};
use crate::domain::keys::ProjectKey;

/// Maximum length of a description in characters.
pub const DESCRIPTION_MAX: usize = 10_000;

/// Maximum length of the name of a label or state in characters.
pub const LABEL_MAX: usize = 40;

/// Maximum number of labels, and of states, per project.
#[cfg(feature = "ssr")]
pub const MAX_PER_PROJECT: usize = 50;

/// Settings of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectSettings {
    pub key: ProjectKey,
    pub name: String,
    /// Markdown; may be empty.
    pub description: String,
    /// An emoji. If empty, the initials are shown.
    pub icon: String,
    /// Hue from 1 to 12; derived from the key if `None`.
    pub hue: Option<u8>,
    pub is_private: bool,
    pub is_archived: bool,
    /// All members of the organization, by name.
    pub people: Vec<ProjectPerson>,
    /// By name.
    pub labels: Vec<Label>,
    /// In the order of the workflow.
    pub states: Vec<WorkflowState>,
    /// Number of the latest event of the organization that the data includes.
    pub as_of: i64,
}

/// The state transitions that a project allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transitions {
    pub key: ProjectKey,
    /// The project's name.
    pub name: String,
    /// In the order of the workflow.
    pub states: Vec<State>,
    /// Pairs of state slugs (from, to); empty if every transition is allowed.
    pub allowed: BTreeSet<(String, String)>,
}

/// A member of the organization, with their role in the project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectPerson {
    pub id: Uuid,
    pub name: String,
    #[serde(rename = "part")]
    pub role: ProjectRole,
}

/// Role of a person in a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProjectRole {
    None,
    Member,
    Lead,
}

impl ProjectRole {
    pub const ALL: [Self; 3] = [Self::None, Self::Member, Self::Lead];

    /// The name in forms.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Member => "member",
            Self::Lead => "lead",
        }
    }

    /// The display name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::None => "Not a member",
            Self::Member => "Member",
            Self::Lead => "Lead",
        }
    }
}

/// A state and its number of tasks, including archived and deleted ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkflowState {
    pub state: State,
    pub tasks: i64,
}
