//! The overview page of a project.

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
    /// Name of the lead.
    pub lead: Option<String>,
    /// Names of the other members of the project.
    pub members: Vec<String>,
    pub progress: Progress,
    /// The newest first.
    pub activity: Vec<ProjectNote>,
    /// Number of the latest event of the organization that the data includes.
    pub as_of: i64,
}

/// Task counts of a project, without archived and deleted tasks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Counts of the categories with tasks, in the order of the workflow.
    pub counts: Vec<(StateCategory, i64)>,
    /// Open tasks whose due date has passed.
    pub overdue: i64,
    /// Open tasks that are due today or within the next six days.
    pub due_soon: i64,
}

impl Progress {
    /// Number of tasks in `category`.
    #[must_use]
    pub fn count(&self, category: StateCategory) -> i64 {
        self.counts.iter().filter(|(counted, _)| *counted == category).map(|(_, tasks)| tasks).sum()
    }

    /// Number of tasks without the cancelled ones.
    #[must_use]
    pub fn all(&self) -> i64 {
        self.counts.iter().map(|(_, tasks)| tasks).sum::<i64>() - self.count(StateCategory::Cancelled)
    }

    /// Percentage of [`Progress::all`] that is completed, rounded down, so that 100 means all.
    #[must_use]
    pub fn per_cent(&self) -> i64 {
        self.count(StateCategory::Completed) * 100 / self.all().max(1)
    }
}

/// A change in the project, as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectNote {
    pub number: i64,
    #[serde(deserialize_with = "crate::domain::dates::read")]
    pub at: DateTime<Utc>,
    /// Name of the actor.
    pub name: String,
    /// The phrase after the actor's name, for example `moved it from To do to Done`.
    pub text: String,
    pub task: TaskKey,
    /// Title of the task; `None` if it is in the trash.
    pub title: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_rounded_down() {
        let progress = |counts: &[(StateCategory, i64)]| Progress { counts: counts.to_vec(), ..Progress::default() };
        assert_eq!(progress(&[]).per_cent(), 0);
        let almost = progress(&[(StateCategory::Started, 1), (StateCategory::Completed, 999)]);
        assert_eq!((almost.all(), almost.per_cent()), (1000, 99));
        let cancelled = progress(&[(StateCategory::Completed, 2), (StateCategory::Cancelled, 5)]);
        assert_eq!((cancelled.all(), cancelled.per_cent()), (2, 100));
    }
}
