//! The tasks of a person across projects.

use chrono::{Datelike as _, NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

use super::{
    keys::TaskKey,
    projects::StateCategory,
    tasks::{due::is_late, priority::Priority},
};

/// Filter of the "My work" page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MyTasksFilter {
    #[default]
    Assigned,
    Created,
    Watching,
}

impl MyTasksFilter {
    /// In display order.
    pub const ALL: [Self; 3] = [Self::Assigned, Self::Created, Self::Watching];

    /// The name in URLs.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::Created => "created",
            Self::Watching => "watching",
        }
    }

    /// The display name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Assigned => "Assigned",
            Self::Created => "Created",
            Self::Watching => "Watching",
        }
    }

    /// The filter called `slug` in a URL; the first if unknown.
    #[must_use]
    pub fn from_slug(slug: &str) -> Self {
        Self::ALL.into_iter().find(|filter| filter.slug() == slug).unwrap_or_default()
    }
}

/// A page of the tasks of the reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyWork {
    #[serde(rename = "concern")]
    pub filter: MyTasksFilter,
    /// The tasks of the page: open tasks first, then by due date.
    pub tasks: Vec<MyTask>,
    /// Page number, counted from 1.
    pub page: i64,
    pub has_more: bool,
    /// The server's current date, by which tasks are overdue.
    #[serde(deserialize_with = "crate::domain::dates::read")]
    pub today: NaiveDate,
    /// Number of the latest event of the organization that the data includes.
    pub as_of: i64,
}

/// A task of the reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyTask {
    pub key: TaskKey,
    pub title: String,
    /// Name of the state.
    pub state: String,
    pub category: StateCategory,
    pub priority: Priority,
    #[serde(default, deserialize_with = "crate::domain::dates::read_option")]
    pub due_on: Option<NaiveDate>,
    pub is_done: bool,
}

/// When a task is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    Overdue,
    Today,
    ThisWeek,
    Later,
    NoDate,
    Done,
}

impl When {
    /// The display name.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Overdue => "Overdue",
            Self::Today => "Today",
            Self::ThisWeek => "This week",
            Self::Later => "Later",
            Self::NoDate => "No date",
            Self::Done => "Done",
        }
    }
}

impl MyTask {
    /// When the task is due, relative to `today`. A week ends on Sunday.
    #[must_use]
    pub fn when(&self, today: NaiveDate) -> When {
        let sunday = today + TimeDelta::days(6 - i64::from(today.weekday().num_days_from_monday()));
        match self.due_on {
            _ if self.is_done => When::Done,
            _ if is_late(self.due_on, self.is_done, today) => When::Overdue,
            None => When::NoDate,
            Some(day) if day == today => When::Today,
            Some(day) if day <= sunday => When::ThisWeek,
            Some(_) => When::Later,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_are_grouped_by_due_date() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day);
        let task = |due_on, is_done| MyTask {
            key: "WEB-1".parse().unwrap(),
            title: String::new(),
            state: String::new(),
            category: StateCategory::Started,
            priority: Priority::None,
            due_on,
            is_done,
        };
        // A Wednesday.
        let today = day(18).unwrap();
        for (due_on, expected) in [
            (day(17), When::Overdue),
            (day(18), When::Today),
            (day(19), When::ThisWeek),
            (day(22), When::ThisWeek),
            (day(23), When::Later),
            (None, When::NoDate),
        ] {
            assert_eq!(task(due_on, false).when(today), expected, "{due_on:?}");
            assert_eq!(task(due_on, true).when(today), When::Done);
        }
        let sunday = day(22).unwrap();
        assert_eq!(task(day(23), false).when(sunday), When::Later);
    }
}
