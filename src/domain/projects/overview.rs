//! What both sides know of a project's overview.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::StateCategory;
use crate::domain::keys::{ProjectKey, TaskKey};

/// A project at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    pub key: ProjectKey,
    pub name: String,
    /// The description as safe HTML; may be empty.
    pub html: String,
    pub is_private: bool,
    pub is_archived: bool,
    /// The lead's name.
    pub lead: Option<String>,
    /// Names of the other members of the project.
    pub members: Vec<String>,
    pub progress: Progress,
    /// The newest first.
    pub activity: Vec<ProjectNote>,
    /// The number of the organization's last event that this takes into account.
    pub as_of: i64,
}

/// How many tasks a project has, those in the archive and in the bin left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// For each category that has tasks, in the order of a workflow.
    pub counts: Vec<(StateCategory, i64)>,
    /// Open tasks whose due date has passed.
    pub overdue: i64,
    /// Open tasks that are due today or within the next six days.
    pub due_soon: i64,
}

impl Progress {
    /// How many tasks are in `category`.
    #[must_use]
    pub fn count(&self, category: StateCategory) -> i64 {
        self.counts.iter().filter(|(counted, _)| *counted == category).map(|(_, tasks)| tasks).sum()
    }

    /// How many there are to do or done: what was cancelled no longer counts.
    #[must_use]
    pub fn all(&self) -> i64 {
        self.counts.iter().map(|(_, tasks)| tasks).sum::<i64>() - self.count(StateCategory::Cancelled)
    }

    /// Per cent of [`Progress::all`] that are done, rounded down, so that 100 means all.
    #[must_use]
    pub fn per_cent(&self) -> i64 {
        self.count(StateCategory::Completed) * 100 / self.all().max(1)
    }
}

/// Something that happened in a project, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectNote {
    pub number: i64,
    pub at: DateTime<Utc>,
    /// Who did it.
    pub name: String,
    /// What follows the name, for example `moved it from To do to Done`.
    pub text: String,
    pub task: TaskKey,
    /// Nothing when the task is in the bin.
    pub title: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_all_done_is_a_hundred_per_cent() {
        let progress = |counts: &[(StateCategory, i64)]| Progress { counts: counts.to_vec(), ..Progress::default() };
        assert_eq!(progress(&[]).per_cent(), 0);
        let almost = progress(&[(StateCategory::Started, 1), (StateCategory::Completed, 999)]);
        assert_eq!((almost.all(), almost.per_cent()), (1000, 99));
        let cancelled = progress(&[(StateCategory::Completed, 2), (StateCategory::Cancelled, 5)]);
        assert_eq!((cancelled.all(), cancelled.per_cent()), (2, 100));
    }
}
