//! The inbox: notifications grouped by task.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{keys::TaskKey, projects::StateCategory, unknown_name::UnknownName};

/// Why a person receives a notification, the strongest reason first.
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

    /// The stored name.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Mentioned => "mentioned",
            Self::Assigned => "assigned",
            Self::Due => "due",
            Self::Watching => "watching",
        }
    }

    /// The display name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Mentioned => "You were mentioned",
            Self::Assigned => "Assigned to you",
            Self::Due => "Due",
            Self::Watching => "Watching",
        }
    }
}

impl std::str::FromStr for Reason {
    type Err = UnknownName;

    fn from_str(slug: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|reason| reason.slug() == slug).ok_or(UnknownName)
    }
}

/// The tabs of the inbox.
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
    /// In display order.
    pub const ALL: [Self; 4] = [Self::Unread, Self::All, Self::Snoozed, Self::Archived];

    /// The name in URLs.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Unread => "unread",
            Self::All => "all",
            Self::Snoozed => "snoozed",
            Self::Archived => "archived",
        }
    }

    /// The display name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Unread => "Unread",
            Self::All => "All",
            Self::Snoozed => "Snoozed",
            Self::Archived => "Archived",
        }
    }

    /// The tab called `slug` in a URL; the first if unknown.
    #[must_use]
    pub fn from_slug(slug: &str) -> Self {
        Self::ALL.into_iter().find(|tab| tab.slug() == slug).unwrap_or_default()
    }
}

/// How long a notification is snoozed.
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

    /// The display name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::LaterToday => "In 3 hours",
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
    #[serde(rename = "shelf")]
    pub tab: InboxTab,
    /// The latest first.
    pub entries: Vec<InboxEntry>,
    /// Page number, counted from 1.
    pub page: i64,
    pub has_more: bool,
    /// Number of the latest event of the organization that the data includes.
    pub as_of: i64,
}

/// The notifications of one task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxEntry {
    pub task: TaskKey,
    pub title: String,
    /// Category of the state of the task.
    pub category: StateCategory,
    /// The strongest reason of these notifications.
    pub reason: Reason,
    pub is_unread: bool,
    #[serde(default, deserialize_with = "crate::domain::dates::read_option")]
    pub snoozed_until: Option<DateTime<Utc>>,
    /// The latest notifications of the task, newest first.
    pub news: Vec<News>,
    /// Number of older notifications that are left out.
    pub more: usize,
    /// Number of the latest event shown. An action on the entry does not affect later events.
    pub upto: i64,
}

/// One notification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    #[serde(deserialize_with = "crate::domain::dates::read")]
    pub at: DateTime<Utc>,
    /// Name of the actor; `None` if the event is a due date that has passed.
    pub name: Option<String>,
    /// The phrase after the actor's name.
    pub text: String,
    /// The beginning of the comment that the event is about.
    pub quote: Option<String>,
    pub is_unread: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_parse_back() {
        for reason in Reason::ALL {
            assert_eq!(reason.slug().parse(), Ok(reason));
        }
        for tab in InboxTab::ALL {
            assert_eq!(InboxTab::from_slug(tab.slug()), tab);
        }
        for snooze in Snooze::ALL {
            assert_eq!(snooze.slug().parse(), Ok(snooze));
        }
        assert_eq!(InboxTab::from_slug("nonsense"), InboxTab::Unread);
        assert!(Reason::Mentioned < Reason::Assigned && Reason::Assigned < Reason::Watching);
    }
}
