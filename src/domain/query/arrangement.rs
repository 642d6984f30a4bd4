//! How tasks are shown: a list in which groups, in which order, with which columns; a board in which lanes.

use std::str::FromStr;

/// What the rows of a list have in common below one heading. A task that has several labels, or was given to several people,
/// stands below each of them.
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
    /// In the order of forms.
    pub const ALL: [Self; 6] = [Self::State, Self::Priority, Self::Assignee, Self::Label, Self::Due, Self::None];

    /// The name in addresses.
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

    /// As people read it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::State => "State",
            Self::Priority => "Priority",
            Self::Assignee => "Assignee",
            Self::Label => "Label",
            Self::Due => "Due date",
            Self::None => "No groups",
        }
    }
}

impl FromStr for Group {
    type Err = &'static str;

    fn from_str(slug: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|known| known.slug() == slug);
        known.ok_or("Use state, priority, assignee, label, due or none.")
    }
}

/// What the cards of a board have in common beside each other, across its columns. A card that has several labels, or was
/// given to several people, stands in the lane of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lanes {
    #[default]
    None,
    Assignee,
    Priority,
    Label,
}

impl Lanes {
    /// In the order of forms.
    pub const ALL: [Self; 4] = [Self::None, Self::Assignee, Self::Priority, Self::Label];

    /// The name in addresses.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Assignee => "assignee",
            Self::Priority => "priority",
            Self::Label => "label",
        }
    }

    /// As people read it.
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
        let known = Self::ALL.into_iter().find(|known| known.slug() == slug);
        known.ok_or("Use assignee, priority, label or none.")
    }
}

/// The order of the rows in a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// As on the board, column by column.
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
    /// In the order of forms.
    pub const ALL: [Self; 7] =
        [Self::Board, Self::Priority, Self::Due, Self::Created, Self::Changed, Self::Title, Self::Estimate];

    /// The name in addresses.
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

    /// As people read it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Board => "Order on the board",
            Self::Priority => "Priority",
            Self::Due => "Due date",
            Self::Created => "Created",
            Self::Changed => "Changed",
            Self::Title => "Title",
            Self::Estimate => "Points",
        }
    }
}

impl FromStr for Sort {
    type Err = &'static str;

    fn from_str(slug: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|known| known.slug() == slug);
        known.ok_or("Use board, priority, due, created, changed, title or estimate.")
    }
}

/// What a list tells of a task besides its key and title.
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
    /// In the order of the list.
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

    /// What is shown where nothing was chosen.
    pub const SHOWN: [Self; 6] = [Self::State, Self::Priority, Self::Labels, Self::Assignee, Self::Due, Self::Estimate];

    /// The name in addresses.
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

    /// As people read it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::State => "State",
            Self::Priority => "Priority",
            Self::Labels => "Labels",
            Self::Assignee => "Assigned to",
            Self::Start => "Starts",
            Self::Due => "Due",
            Self::Estimate => "Points",
            Self::Parent => "Part of",
            Self::Created => "Created",
            Self::Changed => "Changed",
        }
    }
}

impl FromStr for Column {
    type Err = &'static str;

    fn from_str(slug: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|known| known.slug() == slug);
        known.ok_or("There is no such column.")
    }
}
