//! What both sides know of what is said about a task and what happened to it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The most characters that a comment may have.
pub const COMMENT_MAX: usize = 20_000;

/// What one can react with.
pub const REACTIONS: [&str; 6] = ["👍", "❤️", "🎉", "😄", "👀", "🤔"];

/// One thing in the history of a task.
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
    /// The author's name.
    pub author: String,
    /// Safe HTML; empty once it is deleted.
    pub html: String,
    /// As it was written, for whoever may edit it.
    pub body: Option<String>,
    pub created_at: DateTime<Utc>,
    pub edited_at: Option<DateTime<Utc>>,
    pub is_deleted: bool,
    /// Whether the reader may delete it.
    pub may_delete: bool,
    pub reactions: Vec<Reaction>,
}

/// Who reacted to a comment with the same sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    pub emoji: String,
    /// Names.
    pub people: Vec<String>,
    /// Whether the reader is among them.
    pub is_yours: bool,
}

/// What a comment said before an edit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// Safe HTML.
    pub html: String,
    /// Until when it said so.
    pub replaced_at: DateTime<Utc>,
}

/// Something that happened, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub at: DateTime<Utc>,
    /// Who did it.
    pub name: String,
    /// What follows the name, for example `moved it from To do to Done`.
    pub text: String,
    /// What takes it back, when it is the last thing that happened and the reader did it.
    pub undo: Option<Uuid>,
}
