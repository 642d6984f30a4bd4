//! What both sides know of the inbox.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{keys::TaskKey, projects::StateCategory};

/// Why somebody is told of something, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Mentioned,
    Assigned,
    Due,
    Watching,
}

impl Reason {
    /// The strongest first.
    pub const ALL: [Self; 4] = [Self::Mentioned, Self::Assigned, Self::Due, Self::Watching];

    /// As it is stored.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Mentioned => "mentioned",
            Self::Assigned => "assigned",
            Self::Due => "due",
            Self::Watching => "watching",
        }
    }

    /// As people read it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Mentioned => "You were mentioned",
            Self::Assigned => "Assigned to you",
            Self::Due => "Due",
            Self::Watching => "You are watching",
        }
    }
}

/// There is no such name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("There is no such name.")]
pub struct UnknownName;

impl std::str::FromStr for Reason {
    type Err = UnknownName;

    fn from_str(slug: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|reason| reason.slug() == slug).ok_or(UnknownName)
    }
}

/// Which part of the inbox is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InboxTab {
    #[default]
    Unread,
    All,
    Snoozed,
    Archived,
}

impl InboxTab {
    /// In the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Unread, Self::All, Self::Snoozed, Self::Archived];

    /// The name in addresses.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Unread => "unread",
            Self::All => "all",
            Self::Snoozed => "snoozed",
            Self::Archived => "archived",
        }
    }

    /// As people read it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Unread => "Unread",
            Self::All => "All",
            Self::Snoozed => "Snoozed",
            Self::Archived => "Archived",
        }
    }

    /// The one that an address names; the first one for what names none.
    #[must_use]
    pub fn named(slug: &str) -> Self {
        Self::ALL.into_iter().find(|shelf| shelf.slug() == slug).unwrap_or_default()
    }
}

/// For how long something is put off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Snooze {
    LaterToday,
    Tomorrow,
    NextWeek,
}

impl Snooze {
    /// The shortest first.
    pub const ALL: [Self; 3] = [Self::LaterToday, Self::Tomorrow, Self::NextWeek];

    /// The name in forms.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::LaterToday => "later-today",
            Self::Tomorrow => "tomorrow",
            Self::NextWeek => "next-week",
        }
    }

    /// As people read it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::LaterToday => "In three hours",
            Self::Tomorrow => "Tomorrow, 9:00 UTC",
            Self::NextWeek => "Monday, 9:00 UTC",
        }
    }
}

impl std::str::FromStr for Snooze {
    type Err = UnknownName;

    fn from_str(slug: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|snooze| snooze.slug() == slug).ok_or(UnknownName)
    }
}

/// A page of the inbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbox {
    pub shelf: InboxTab,
    /// What was told last comes first.
    pub entries: Vec<InboxEntry>,
    /// From 1.
    pub page: i64,
    pub has_more: bool,
    /// The number of the organization's last event that this takes into account.
    pub as_of: i64,
}

/// What is told of one task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxEntry {
    pub task: TaskKey,
    pub title: String,
    /// What the state it is in means.
    pub category: StateCategory,
    /// The strongest.
    pub reason: Reason,
    pub is_unread: bool,
    pub snoozed_until: Option<DateTime<Utc>>,
    /// What happened, the last thing first; the first few.
    pub news: Vec<News>,
    /// How many more things happened.
    pub more: usize,
    /// The number of the last event that is told: what is done to the entry does not concern what comes after it.
    pub upto: i64,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    pub at: DateTime<Utc>,
    /// Who did it; nobody made a day come.
    pub name: Option<String>,
    /// What follows the name.
    pub text: String,
    /// How a comment begins.
    pub quote: Option<String>,
    pub is_unread: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_what_they_name() {
        for reason in Reason::ALL {
            assert_eq!(reason.slug().parse(), Ok(reason));
        }
        for shelf in InboxTab::ALL {
            assert_eq!(InboxTab::named(shelf.slug()), shelf);
        }
        for snooze in Snooze::ALL {
            assert_eq!(snooze.slug().parse(), Ok(snooze));
        }
        assert_eq!(InboxTab::named("nonsense"), InboxTab::Unread);
        assert!(Reason::Mentioned < Reason::Assigned && Reason::Assigned < Reason::Watching);
    }
}
