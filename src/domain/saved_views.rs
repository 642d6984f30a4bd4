//! What both sides know of saved views.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The most characters that a view's name may have.
pub const NAME_MAX: usize = 60;

/// The most characters that the address behind a view may have.
pub const QUERY_MAX: usize = 4_000;

/// The most views that one person may have in one project.
pub const MANY: i64 = 100;

/// How tasks are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    Board,
    List,
}

impl Layout {
    /// In the order of the tabs.
    pub const ALL: [Self; 2] = [Self::Board, Self::List];

    /// The name in addresses.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Board => "board",
            Self::List => "list",
        }
    }

    /// As people read it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Board => "Board",
            Self::List => "List",
        }
    }
}

impl FromStr for Layout {
    type Err = ();

    fn from_str(slug: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|layout| layout.slug() == slug).ok_or(())
    }
}

/// A view that somebody has saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    pub id: Uuid,
    pub name: String,
    pub layout: Layout,
    /// What follows the question mark of its address.
    pub query: String,
    /// Whether everybody who sees the project sees it.
    pub is_shared: bool,
    /// The name of whose it is; none: the reader's own.
    pub owner: Option<String>,
    /// Whether the reader may delete it.
    pub may_delete: bool,
}
