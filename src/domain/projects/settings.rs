//! What both sides know of how a project is set up.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Label, State};
use crate::domain::keys::ProjectKey;

/// The most characters of a project's description.
pub const DESCRIPTION_MAX: usize = 10_000;

/// The most characters of a label's or a state's name.
pub const LABEL_MAX: usize = 40;

/// The most labels and states that a project may have.
pub const MANY: usize = 50;

/// How a project is set up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectSettings {
    pub key: ProjectKey,
    pub name: String,
    /// Markdown; may be empty.
    pub description: String,
    /// An emoji; empty: initials.
    pub icon: String,
    /// One of the twelve hues; none: the one that the key gives.
    pub hue: Option<u8>,
    pub is_private: bool,
    pub is_archived: bool,
    /// Everybody in the organization, by name.
    pub people: Vec<ProjectPerson>,
    /// By name.
    pub labels: Vec<Label>,
    /// In order.
    pub states: Vec<WorkflowState>,
    /// The number of the organization's last event that this takes into account.
    pub as_of: i64,
}

/// Between which states a project lets its tasks move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transitions {
    pub key: ProjectKey,
    /// The project's name.
    pub name: String,
    /// In order.
    pub states: Vec<State>,
    /// From and to, as slugs; none when every move is allowed.
    pub allowed: BTreeSet<(String, String)>,
}

/// Somebody in the organization, as the project knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectPerson {
    pub id: Uuid,
    pub name: String,
    pub part: Part,
}

/// What somebody is in a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    None,
    Member,
    Lead,
}

impl Part {
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

    /// As people read it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::None => "Not in it",
            Self::Member => "Member",
            Self::Lead => "Lead",
        }
    }
}

/// A state and how many tasks are in it, those in the archive and in the bin included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkflowState {
    pub state: State,
    pub tasks: i64,
}
