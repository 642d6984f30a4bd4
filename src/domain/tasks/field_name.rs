//! Names of the editable fields of a task.

use crate::domain::unknown_name::UnknownName;

/// An edit that one form submits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    Title,
    State,
    Priority,
    Estimate,
    StartOn,
    DueOn,
    Parent,
    /// Replaces all assignees.
    Assignees,
    /// Adds one assignee.
    Assign,
    /// Removes one assignee.
    Unassign,
    /// Replaces all labels.
    Labels,
    /// Adds one label.
    AddLabel,
    /// Removes one label.
    RemoveLabel,
    Archived,
    Deleted,
}

impl Field {
    const ALL: [Self; 15] = [
        Self::Title,
        Self::State,
        Self::Priority,
        Self::Estimate,
        Self::StartOn,
        Self::DueOn,
        Self::Parent,
        Self::Assignees,
        Self::Assign,
        Self::Unassign,
        Self::Labels,
        Self::AddLabel,
        Self::RemoveLabel,
        Self::Archived,
        Self::Deleted,
    ];

    /// The name in forms.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::State => "state",
            Self::Priority => "priority",
            Self::Estimate => "estimate",
            Self::StartOn => "start_on",
            Self::DueOn => "due_on",
            Self::Parent => "parent",
            Self::Assignees => "assignees",
            Self::Assign => "assign",
            Self::Unassign => "unassign",
            Self::Labels => "labels",
            Self::AddLabel => "add_label",
            Self::RemoveLabel => "remove_label",
            Self::Archived => "archived",
            Self::Deleted => "deleted",
        }
    }

    /// The display name of the field.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Title => "Title",
            Self::State => "State",
            Self::Priority => "Priority",
            Self::Estimate => "Points",
            Self::StartOn => "Start date",
            Self::DueOn => "Due date",
            Self::Parent => "Parent task",
            Self::Assignees | Self::Assign | Self::Unassign => "Assignees",
            Self::Labels | Self::AddLabel | Self::RemoveLabel => "Labels",
            Self::Archived => "Archive",
            Self::Deleted => "Bin",
        }
    }
}

impl std::str::FromStr for Field {
    type Err = UnknownName;

    fn from_str(slug: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|field| field.slug() == slug).ok_or(UnknownName)
    }
}
