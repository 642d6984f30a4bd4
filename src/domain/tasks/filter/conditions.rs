//! The conditions of a filter, and their text form.

use std::{collections::BTreeSet, fmt, str::FromStr};

use chrono::NaiveDate;
use uuid::Uuid;

use crate::domain::{fold::name_key, keys::TaskKey, projects::StateCategory, tasks::priority::Priority};

/// Maximum number of days in [`Day::Within`].
pub const WITHIN_MAX: u16 = 365;

/// A filter. Empty conditions match every task.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Text in the title, ignoring case, accents and compatibility forms.
    pub text: String,
    /// Slugs of states.
    pub states: BTreeSet<String>,
    pub categories: BTreeSet<StateCategory>,
    pub priorities: BTreeSet<Priority>,
    pub assignees: BTreeSet<Who>,
    pub labels: BTreeSet<Tag>,
    pub estimate: Option<Presence>,
    /// Maximum estimate in points.
    pub estimate_max: Option<i64>,
    pub start: BTreeSet<Day>,
    pub start_span: Span,
    /// May contain [`Day::Overdue`].
    pub due: BTreeSet<Day>,
    pub due_span: Span,
    pub parents: BTreeSet<Parent>,
    /// Never contains [`Who::Nobody`].
    pub creators: BTreeSet<Who>,
    pub archived: Archived,
}

impl Filter {
    /// Whether the filter matches every task that is not archived.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Condition on a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// The reader.
    Me,
    Nobody,
    Person(Uuid),
}

/// Condition on a label.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tag {
    /// No label at all.
    None,
    /// The label's name in lower case.
    Named(String),
}

/// Condition on whether a value is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    None,
    Some,
}

/// Condition on a date, relative to today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Day {
    /// The date has passed, and the task is not done.
    Overdue,
    Today,
    /// Within this many days, counted from today.
    Within(u16),
    /// No date is set.
    None,
}

/// A range of dates, both ends included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
}

/// Condition on the parent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Parent {
    /// Has no parent.
    None,
    Task(TaskKey),
}

/// Condition on the archive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Archived {
    #[default]
    No,
    /// Archived tasks only.
    Yes,
    /// Archived tasks and those that are not archived.
    All,
}

impl Archived {
    /// In display order.
    pub const ALL: [Self; 3] = [Self::No, Self::Yes, Self::All];

    /// The display name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::No => "Active",
            Self::Yes => "Archived",
            Self::All => "Active and archived",
        }
    }
}

impl Span {
    /// Whether the range is unlimited.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// Whether the range contains `date`.
    #[must_use]
    pub fn holds(self, date: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= date) && self.until.is_none_or(|until| date <= until)
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Me => f.write_str("me"),
            Self::Nobody => f.write_str("none"),
            Self::Person(id) => id.fmt(f),
        }
    }
}

impl FromStr for Who {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "me" => Ok(Self::Me),
            "none" => Ok(Self::Nobody),
            id => id.parse().map(Self::Person).map_err(|_| "There is no such person. Choose from the list."),
        }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            // A label may be named "none".
            Self::Named(name) if name == "none" => "=none",
            Self::Named(name) => name,
        })
    }
}

impl FromStr for Tag {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "none" => Self::None,
            "=none" => Self::Named("none".to_owned()),
            name => Self::Named(name_key(name)),
        })
    }
}

impl fmt::Display for Presence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Some => "some",
        })
    }
}

impl FromStr for Presence {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "none" => Ok(Self::None),
            "some" => Ok(Self::Some),
            _ => Err("Use none or some."),
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overdue => f.write_str("overdue"),
            Self::Today => f.write_str("today"),
            Self::Within(days) => write!(f, "{days}d"),
            Self::None => f.write_str("none"),
        }
    }
}

impl FromStr for Day {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const INVALID_DAY: &str = "Use overdue, today, a number of days up to 365 such as 7d, or none.";
        match text {
            "overdue" => Ok(Self::Overdue),
            "today" => Ok(Self::Today),
            "none" => Ok(Self::None),
            days => {
                let days = days.strip_suffix('d').and_then(|days| days.parse().ok());
                days.filter(|days| (1..=WITHIN_MAX).contains(days)).map(Self::Within).ok_or(INVALID_DAY)
            }
        }
    }
}

impl fmt::Display for Parent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Task(key) => key.fmt(f),
        }
    }
}

impl FromStr for Parent {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "none" => Ok(Self::None),
            key => key.parse().map(Self::Task).map_err(|_| "Enter a task’s key, for example WEB-12."),
        }
    }
}

impl fmt::Display for Archived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::No => "no",
            Self::Yes => "yes",
            Self::All => "all",
        })
    }
}

impl FromStr for Archived {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|candidate| candidate.to_string() == text).ok_or("Use yes, no or all.")
    }
}
