//! Search results.

#[cfg(feature = "ssr")]
pub mod words;

use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    keys::{ProjectKey, TaskKey},
    projects::StateCategory,
};

/// Maximum length of a search text in characters.
pub const QUERY_MAX: usize = 200;

/// Kinds of search results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Task,
    Comment,
    Project,
}

impl Kind {
    /// In display order.
    pub const ALL: [Self; 3] = [Self::Task, Self::Comment, Self::Project];

    /// The name in URLs.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::Comment => "comment",
            Self::Project => "project",
        }
    }

    /// The display name, in the plural.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Task => "Tasks",
            Self::Comment => "Comments",
            Self::Project => "Projects",
        }
    }
}

/// The kind is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Only tasks, comments and projects can be searched.")]
pub struct UnknownKind;

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(slug: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug).ok_or(UnknownKind)
    }
}

/// A text with marked matches. Serialized as a list of pieces; every second piece is marked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Marked(Vec<String>);

impl Marked {
    /// Creates an unmarked text.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        Self(vec![text.into()])
    }

    /// Appends unmarked text.
    #[cfg(feature = "ssr")]
    pub fn push(&mut self, text: &str) {
        if self.0.len().is_multiple_of(2) {
            self.0.push(String::new());
        }
        if let Some(last) = self.0.last_mut() {
            last.push_str(text);
        }
    }

    /// Appends marked text.
    #[cfg(feature = "ssr")]
    pub fn push_marked(&mut self, text: &str) {
        if self.0.len().is_multiple_of(2) {
            self.0.push(String::new());
        }
        self.0.push(text.to_owned());
    }

    /// Iterates over the pieces and whether each is marked.
    pub fn pieces(&self) -> impl Iterator<Item = (&str, bool)> {
        self.0.iter().enumerate().map(|(index, piece)| (piece.as_str(), index % 2 == 1))
    }

    /// The text without its marks.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.concat()
    }
}

/// A search result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    pub subject: Subject,
    /// Title of the task, also for a comment; or name of the project.
    pub title: Marked,
    /// An excerpt of the text around the match.
    pub excerpt: Option<Marked>,
    /// Name of the project.
    pub project: String,
    /// Whether the task or its project is archived.
    pub is_archived: bool,
}

/// The project, task or comment that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    Project {
        key: ProjectKey,
    },
    Task {
        key: TaskKey,
        /// Name of the state.
        state: String,
        category: StateCategory,
    },
    Comment {
        id: Uuid,
        task: TaskKey,
        author: String,
        #[serde(deserialize_with = "crate::domain::dates::read")]
        at: DateTime<Utc>,
    },
}

impl Subject {
    /// URL path in the organization `org`.
    #[must_use]
    pub fn href(&self, org: &str) -> String {
        match self {
            Self::Project { key } => format!("/o/{org}/projects/{key}/board"),
            Self::Task { key, .. } => format!("/o/{org}/tasks/{key}"),
            Self::Comment { id, task, .. } => format!("/o/{org}/tasks/{task}#comment-{id}"),
        }
    }

    /// Key of the task or project.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Project { key } => key.to_string(),
            Self::Task { key, .. } | Self::Comment { task: key, .. } => key.to_string(),
        }
    }
}

/// A page of results, the best first.
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
