//! Display options: groups, order and columns of a list; swimlanes of a board.

use std::str::FromStr;

/// Grouping of a list. A task with several labels or assignees appears in each of their groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Group {
    #[default]
    State,
    Priority,
    Assignee,
    Label,
    Due,
    None,
}

impl Group {
    /// In display order.
    pub const ALL: [Self; 6] = [Self::State, Self::Priority, Self::Assignee, Self::Label, Self::Due, Self::None];

    /// The name in URLs.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Priority => "priority",
            Self::Assignee => "assignee",
            Self::Label => "label",
            Self::Due => "due",
            Self::None => "none",
        }
    }

    /// The display name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::State => "State",
            Self::Priority => "Priority",
            Self::Assignee => "Assignee",
            Self::Label => "Label",
            Self::Due => "Due date",
            Self::None => "No grouping",
        }
    }
}

impl FromStr for Group {
    type Err = &'static str;

    fn from_str(slug: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|candidate| candidate.slug() == slug);
        found.ok_or("Use state, priority, assignee, label, due or none.")
    }
}

/// Swimlanes of a board. A card with several labels or assignees appears in each of their lanes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lanes {
    #[default]
    None,
    Assignee,
    Priority,
    Label,
}

impl Lanes {
    /// In display order.
    pub const ALL: [Self; 4] = [Self::None, Self::Assignee, Self::Priority, Self::Label];

    /// The name in URLs.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Assignee => "assignee",
            Self::Priority => "priority",
            Self::Label => "label",
        }
    }

    /// The display name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::None => "No swimlanes",
            Self::Assignee => "Assignee",
            Self::Priority => "Priority",
            Self::Label => "Label",
        }
    }
}

impl FromStr for Lanes {
    type Err = &'static str;

    fn from_str(slug: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|candidate| candidate.slug() == slug);
        found.ok_or("Use assignee, priority, label or none.")
    }
}

/// Order of the rows within a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// The order of the board: column by column, and by rank within a column.
    #[default]
    Board,
    Priority,
    Due,
    Created,
    Changed,
    Title,
    Estimate,
}

impl Sort {
    /// In display order.
    pub const ALL: [Self; 7] =
        [Self::Board, Self::Priority, Self::Due, Self::Created, Self::Changed, Self::Title, Self::Estimate];

    /// The name in URLs.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Board => "board",
            Self::Priority => "priority",
            Self::Due => "due",
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Title => "title",
            Self::Estimate => "estimate",
        }
    }

    /// The display name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Board => "Board order",
            Self::Priority => "Priority",
            Self::Due => "Due date",
            Self::Created => "Created",
            Self::Changed => "Updated",
            Self::Title => "Title",
            Self::Estimate => "Points",
        }
    }
}

impl FromStr for Sort {
    type Err = &'static str;

    fn from_str(slug: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|candidate| candidate.slug() == slug);
        found.ok_or("Use board, priority, due, created, changed, title or estimate.")
    }
}

/// A column of the list, besides key and title.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    State,
    Priority,
    Labels,
    Assignee,
    Start,
    Due,
    Estimate,
    Parent,
    Created,
    Changed,
}

impl Column {
    /// In display order.
    pub const ALL: [Self; 10] = [
        Self::State,
        Self::Priority,
        Self::Labels,
        Self::Assignee,
        Self::Start,
        Self::Due,
        Self::Estimate,
        Self::Parent,
        Self::Created,
        Self::Changed,
    ];

    /// The default columns.
    pub const SHOWN: [Self; 6] = [Self::State, Self::Priority, Self::Labels, Self::Assignee, Self::Due, Self::Estimate];

    /// The name in URLs.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Priority => "priority",
            Self::Labels => "labels",
            Self::Assignee => "assignee",
            Self::Start => "start",
            Self::Due => "due",
            Self::Estimate => "estimate",
            Self::Parent => "parent",
            Self::Created => "created",
            Self::Changed => "changed",
        }
    }

    /// The display name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::State => "State",
            Self::Priority => "Priority",
            Self::Labels => "Labels",
            Self::Assignee => "Assigned to",
            Self::Start => "Start date",
            Self::Due => "Due date",
            Self::Estimate => "Points",
            Self::Parent => "Parent task",
            Self::Created => "Created",
            Self::Changed => "Updated",
        }
    }
}

impl FromStr for Column {
    type Err = &'static str;

    fn from_str(slug: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|candidate| candidate.slug() == slug);
        found.ok_or("There is no such column.")
    }
}
