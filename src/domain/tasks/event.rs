//! Events of tasks, stored permanently.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::fields::{FieldChange, TaskFields};
use crate::domain::{keys::TaskKey, unknown_name::UnknownName};

/// An event. Every later version must be able to read stored events: fields may be added, never renamed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// A task was created with these fields.
    Created {
        #[serde(rename = "facts")]
        fields: Box<TaskFields>,
    },
    /// Fields of a task were changed; at least one.
    Changed { changes: Vec<FieldChange> },
    /// A comment was added.
    Commented { comment: Uuid },
    /// A comment was edited.
    CommentEdited { comment: Uuid },
    /// A comment was deleted.
    CommentDeleted { comment: Uuid },
    /// A reaction was added or removed.
    Reacted { comment: Uuid },
    /// A relation to another task was added. Open pages do not receive the other task, because not every reader may see
    /// it.
    Related {
        relation: Relation,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        other: Option<TaskKey>,
    },
    /// A relation to another task was removed.
    Unrelated {
        relation: Relation,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        other: Option<TaskKey>,
    },
    /// The task is due on this day and not done. Has no actor.
    Due { on: NaiveDate },
    /// All tasks of a column got new ranks, in the same order, because there was no room between two ranks.
    Ranked { ranks: Vec<(i64, String)> },
    /// Settings, workflow, labels or members of the project were changed.
    ProjectChanged,
    /// A task in the trash was purged, with its history.
    Purged { number: i64 },
}

impl Event {
    /// Whether the event can change the task counts in a list of projects.
    #[must_use]
    pub fn counts(&self) -> bool {
        let counts = |change: &FieldChange| match change {
            FieldChange::Position(value) => value.from.state != value.to.state,
            FieldChange::Archived(_) | FieldChange::Deleted(_) => true,
            _ => false,
        };
        match self {
            Self::Created { .. } | Self::ProjectChanged => true,
            Self::Changed { changes } => changes.iter().any(counts),
            _ => false,
        }
    }

    /// Whether the event makes the task a subtask of `parent`.
    #[must_use]
    pub fn moves_to(&self, parent: i64) -> bool {
        match self {
            Self::Created { fields } => fields.parent == Some(parent),
            Self::Changed { changes } => {
                changes.iter().any(|change| matches!(change, FieldChange::Parent(value) if value.to == Some(parent)))
            }
            _ => false,
        }
    }

    /// Whether the event can change the contents of the trash or the archive.
    #[must_use]
    pub fn puts_away(&self) -> bool {
        match self {
            Self::Changed { changes } => changes.iter().any(|change| {
                matches!(change, FieldChange::Archived(_) | FieldChange::Deleted(_) | FieldChange::Title(_))
            }),
            Self::Created { .. } | Self::Purged { .. } => true,
            _ => false,
        }
    }

    /// The event as sent to open pages: without descriptions, which may be long, and without the other task of a
    /// relation.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn without_texts(mut self) -> Self {
        for text in self.texts() {
            text.clear();
        }
        if let Self::Related { other, .. } | Self::Unrelated { other, .. } = &mut self {
            *other = None;
        }
        self
    }

    /// Takes the descriptions out of the event. Returns `None` if there are none.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn take_texts(&mut self) -> Option<Vec<String>> {
        let taken: Vec<_> = self.texts().into_iter().map(std::mem::take).collect();
        taken.iter().any(|text| !text.is_empty()).then_some(taken)
    }

    /// Puts the descriptions back.
    #[cfg(feature = "ssr")]
    pub fn put_texts(&mut self, texts: Vec<String>) {
        for (slot, text) in self.texts().into_iter().zip(texts) {
            *slot = text;
        }
    }

    #[cfg(feature = "ssr")]
    fn texts(&mut self) -> Vec<&mut String> {
        let descriptions_of = |change| match change {
            &mut FieldChange::Description(ref mut value) => Some([&mut value.from, &mut value.to]),
            _ => None,
        };
        match self {
            Self::Created { fields } => vec![&mut fields.description],
            Self::Changed { changes } => changes.iter_mut().filter_map(descriptions_of).flatten().collect(),
            _ => Vec::new(),
        }
    }
}

/// Relation of a task to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    Blocks,
    BlockedBy,
    Relates,
    Duplicates,
    DuplicatedBy,
}

impl Relation {
    /// In display order.
    pub const ALL: [Self; 5] = [Self::BlockedBy, Self::Blocks, Self::Relates, Self::Duplicates, Self::DuplicatedBy];

    /// The relation from the point of view of the other task.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub const fn inverted(self) -> Self {
        match self {
            Self::Blocks => Self::BlockedBy,
            Self::BlockedBy => Self::Blocks,
            Self::Relates => Self::Relates,
            Self::Duplicates => Self::DuplicatedBy,
            Self::DuplicatedBy => Self::Duplicates,
        }
    }

    /// The name in forms.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Blocks => "blocks",
            Self::BlockedBy => "blocked-by",
            Self::Relates => "relates",
            Self::Duplicates => "duplicates",
            Self::DuplicatedBy => "duplicated-by",
        }
    }

    /// The display name, between the two tasks.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Blocks => "Blocks",
            Self::BlockedBy => "Blocked by",
            Self::Relates => "Relates to",
            Self::Duplicates => "Duplicates",
            Self::DuplicatedBy => "Duplicated by",
        }
    }
}

impl std::str::FromStr for Relation {
    type Err = UnknownName;

    fn from_str(slug: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|relation| relation.slug() == slug).ok_or(UnknownName)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverting_twice_is_the_identity() {
        for relation in Relation::ALL {
            assert_eq!(relation.inverted().inverted(), relation);
            assert_eq!(relation.slug().parse(), Ok(relation));
        }
    }

    #[test]
    fn the_other_task_of_a_relation_is_hidden_from_pages() {
        let event = Event::Related { relation: Relation::Blocks, other: "WEB-1".parse().ok() };
        let json = serde_json::to_string(&event).unwrap();
        assert_eq!(json, r#"{"kind":"related","relation":"blocks","other":"WEB-1"}"#);
        assert_eq!(serde_json::from_str::<Event>(&json).unwrap(), event);
        assert_eq!(event.without_texts(), Event::Related { relation: Relation::Blocks, other: None });
    }

    #[test]
    fn descriptions_can_be_taken_and_put_back() {
        let fields = TaskFields { title: "Title".to_owned(), description: "Long".to_owned(), ..TaskFields::default() };
        let bare = TaskFields { description: String::new(), ..fields.clone() };
        let changes = fields.changes_to(&TaskFields { title: "Other".to_owned(), ..bare });
        for (whole, texts) in [
            (Event::Created { fields: Box::new(fields) }, vec!["Long".to_owned()]),
            (Event::Changed { changes }, vec!["Long".to_owned(), String::new()]),
        ] {
            let mut event = whole.clone();
            assert_eq!(event.take_texts(), Some(texts.clone()));
            assert_eq!(event, whole.clone().without_texts());
            assert!(!serde_json::to_string(&event).unwrap().contains("Long"));
            event.put_texts(texts);
            assert_eq!(event, whole);
        }
        assert_eq!(Event::ProjectChanged.take_texts(), None);
    }

    #[test]
    fn events_are_tagged_with_their_kind() {
        let event = Event::Commented { comment: Uuid::nil() };
        let json = serde_json::to_string(&event).unwrap();
        assert_eq!(json, r#"{"kind":"commented","comment":"00000000-0000-0000-0000-000000000000"}"#);
        assert_eq!(serde_json::from_str::<Event>(&json).unwrap(), event);
    }
}
