//! Activity of a task: comments and changes.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Maximum length of a comment in characters.
#[cfg(feature = "ssr")]
pub const COMMENT_MAX: usize = 20_000;

/// Emoji that can be used as reactions.
pub const REACTIONS: [&str; 6] = ["👍", "❤️", "🎉", "😄", "👀", "🤔"];

/// An entry of the activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    Comment(Comment),
    Note(Note),
}

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    pub id: Uuid,
    /// Name of the author.
    pub author: String,
    /// Safe HTML; empty once the comment is deleted.
    pub html: String,
    /// The Markdown, for readers who may edit it.
    pub body: Option<String>,
    #[serde(deserialize_with = "crate::domain::dates::read")]
    pub created_at: DateTime<Utc>,
    #[serde(default, deserialize_with = "crate::domain::dates::read_option")]
    pub edited_at: Option<DateTime<Utc>>,
    pub is_deleted: bool,
    /// Whether the reader may delete the comment.
    pub may_delete: bool,
    pub reactions: Vec<Reaction>,
}

/// People who reacted to a comment with the same emoji.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    pub emoji: String,
    /// Names of the people.
    pub people: Vec<String>,
    /// Whether the reader is one of these people.
    pub is_yours: bool,
}

/// An earlier text of a comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// The text as safe HTML.
    pub html: String,
    /// Name of the person who wrote it.
    pub author: String,
    #[serde(deserialize_with = "crate::domain::dates::read")]
    pub written_at: DateTime<Utc>,
}

/// A change, as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    #[serde(deserialize_with = "crate::domain::dates::read")]
    pub at: DateTime<Utc>,
    /// Name of the actor.
    pub name: String,
    /// The phrase after the actor's name, for example `moved it from To do to Done`.
    pub text: String,
    /// Batch that undoes the change. Set only if the change is the latest one and the reader made it.
    pub undo: Option<Uuid>,
}
