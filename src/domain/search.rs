//! What both sides know of a search.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    keys::{ProjectKey, TaskKey},
    projects::StateCategory,
};

/// The most characters that can be looked for.
pub const QUERY_MAX: usize = 200;

/// What can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Task,
    Comment,
    Project,
}

impl Kind {
    /// In the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Task, Self::Comment, Self::Project];

    /// The name in addresses.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::Comment => "comment",
            Self::Project => "project",
        }
    }

    /// As people read it, for many.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Task => "Tasks",
            Self::Comment => "Comments",
            Self::Project => "Projects",
        }
    }
}

/// There is no such kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Only tasks, comments and projects can be found.")]
pub struct UnknownKind;

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(slug: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug).ok_or(UnknownKind)
    }
}

/// A text in which what was looked for is marked. It travels as its pieces, every second of which is marked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Marked(Vec<String>);

impl Marked {
    /// Text without a mark.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        Self(vec![text.into()])
    }

    /// Adds text without a mark.
    pub fn push(&mut self, text: &str) {
        if self.0.len().is_multiple_of(2) {
            self.0.push(String::new());
        }
        if let Some(last) = self.0.last_mut() {
            last.push_str(text);
        }
    }

    /// Adds text with a mark.
    pub fn push_marked(&mut self, text: &str) {
        if self.0.len().is_multiple_of(2) {
            self.0.push(String::new());
        }
        self.0.push(text.to_owned());
    }

    /// The pieces, each with whether it is marked.
    pub fn pieces(&self) -> impl Iterator<Item = (&str, bool)> {
        self.0.iter().enumerate().map(|(index, piece)| (piece.as_str(), index % 2 == 1))
    }

    /// The text without its marks.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.concat()
    }
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    pub subject: Subject,
    /// Of the task, for a comment too; or the project's name.
    pub title: Marked,
    /// Where in the text it was found.
    pub excerpt: Option<Marked>,
    /// The name of its project.
    pub project: String,
    /// Whether it, or its project, was put away.
    pub is_archived: bool,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    Project {
        key: ProjectKey,
    },
    Task {
        key: TaskKey,
        /// The name of its state.
        state: String,
        category: StateCategory,
    },
    Comment {
        id: Uuid,
        task: TaskKey,
        author: String,
        at: DateTime<Utc>,
    },
}

impl Subject {
    /// Its address in the organization called `org`.
    #[must_use]
    pub fn href(&self, org: &str) -> String {
        match self {
            Self::Project { key } => format!("/o/{org}/projects/{key}/board"),
            Self::Task { key, .. } => format!("/o/{org}/tasks/{key}"),
            Self::Comment { id, task, .. } => format!("/o/{org}/tasks/{task}#comment-{id}"),
        }
    }

    /// The key of the task or project.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Project { key } => key.to_string(),
            Self::Task { key, .. } | Self::Comment { task: key, .. } => key.to_string(),
        }
    }
}

/// A page of what was found, the best first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    pub hits: Vec<Hit>,
    /// Whether there is another page.
    pub has_more: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_alternate_whatever_comes_first() {
        let mut marked = Marked::default();
        marked.push_marked("One");
        marked.push(" and ");
        marked.push("then ");
        marked.push_marked("two");
        marked.push_marked("three");
        let pieces: Vec<_> = marked.pieces().filter(|(text, _)| !text.is_empty()).collect();
        assert_eq!(pieces, [("One", true), (" and then ", false), ("two", true), ("three", true)]);
        assert_eq!(marked.text(), "One and then twothree");
        assert_eq!(Marked::plain("x").pieces().collect::<Vec<_>>(), [("x", false)]);
    }
}
