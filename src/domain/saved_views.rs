//! Saved views of a project.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{query::Problem, unknown_name::UnknownName};

/// Maximum length of a name in characters.
pub const NAME_MAX: usize = 60;

/// Maximum length of a query in characters.
#[cfg(feature = "ssr")]
pub const QUERY_MAX: usize = 4_000;

/// Maximum number of views per person and project.
#[cfg(feature = "ssr")]
pub const MAX_VIEWS: i64 = 100;

/// Layout of a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    Board,
    List,
}

impl Layout {
    /// In the order of the tabs.
    pub const ALL: [Self; 2] = [Self::Board, Self::List];

    /// The name in URLs.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Board => "board",
            Self::List => "list",
        }
    }

    /// The display name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Board => "Board",
            Self::List => "List",
        }
    }
}

impl FromStr for Layout {
    type Err = UnknownName;

    fn from_str(slug: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|layout| layout.slug() == slug).ok_or(UnknownName)
    }
}

/// A saved view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    pub id: Uuid,
    pub name: String,
    pub layout: Layout,
    /// The query string, without the question mark and what is missing.
    pub query: String,
    /// The parts of the saved query that name states or labels which no longer exist.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Problem>,
    /// Whether all people who may see the project see the view.
    pub is_shared: bool,
    /// Name of the owner; `None` for the reader.
    pub owner: Option<String>,
    /// Whether the reader may delete it.
    pub may_delete: bool,
}
