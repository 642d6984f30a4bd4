//! Relations between tasks.

use serde::{Deserialize, Serialize};

use crate::domain::unknown_name::UnknownName;

/// Relation of a task to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    Blocks,
    BlockedBy,
    Relates,
    Duplicates,
    DuplicatedBy,
}

impl Relation {
    /// In display order.
    pub const ALL: [Self; 5] = [Self::BlockedBy, Self::Blocks, Self::Relates, Self::Duplicates, Self::DuplicatedBy];

    /// The relation from the point of view of the other task.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub const fn inverted(self) -> Self {
        match self {
            Self::Blocks => Self::BlockedBy,
            Self::BlockedBy => Self::Blocks,
            Self::Relates => Self::Relates,
            Self::Duplicates => Self::DuplicatedBy,
            Self::DuplicatedBy => Self::Duplicates,
        }
    }

    /// The name in forms.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Blocks => "blocks",
            Self::BlockedBy => "blocked-by",
            Self::Relates => "relates",
            Self::Duplicates => "duplicates",
            Self::DuplicatedBy => "duplicated-by",
        }
    }

    /// The display name, between the two tasks.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Blocks => "Blocks",
            Self::BlockedBy => "Blocked by",
            Self::Relates => "Relates to",
            Self::Duplicates => "Duplicates",
            Self::DuplicatedBy => "Duplicated by",
        }
    }
}

impl std::str::FromStr for Relation {
    type Err = UnknownName;

    fn from_str(slug: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|relation| relation.slug() == slug).ok_or(UnknownName)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverting_twice_is_the_identity() {
        for relation in Relation::ALL {
            assert_eq!(relation.inverted().inverted(), relation);
            assert_eq!(relation.slug().parse(), Ok(relation));
        }
    }
}
