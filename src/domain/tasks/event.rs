//! Events of tasks, stored permanently.

#[cfg(test)]
mod reading_tests;

#[cfg(feature = "ssr")]
use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    fields::{FieldChange, TaskFields},
    relation::Relation,
};
use crate::domain::{
    keys::TaskKey,
    missing_field::{MissingField, required},
};

/// An event. Every later version must be able to read stored events: fields may be added, never renamed. A field has the
/// same type in all kinds of events that have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "FlatEvent")]
pub enum Event {
    /// A task was created with these fields.
    Created {
        #[serde(rename = "facts")]
        fields: Box<TaskFields>,
    },
    /// Fields of a task were changed; at least one.
    Changed {
        changes: Vec<FieldChange>,
        /// What the people, labels and states of the changes were called, by id, states by slug. Without those that were
        /// unknown already, and empty in events of earlier versions. Open pages do not receive the names.
        #[cfg(feature = "ssr")]
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        names: BTreeMap<String, String>,
    },
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
        #[serde(skip_serializing_if = "Option::is_none")]
        other: Option<TaskKey>,
    },
    /// A relation to another task was removed.
    Unrelated {
        relation: Relation,
        #[serde(skip_serializing_if = "Option::is_none")]
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
    /// Returns the event of `changes` that refer to nothing by id.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub const fn changed(changes: Vec<FieldChange>) -> Self {
        Self::Changed { changes, names: BTreeMap::new() }
    }

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
            Self::Changed { changes, .. } => changes.iter().any(counts),
            _ => false,
        }
    }

    /// Whether the event can make a task due on `day` or earlier.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn can_be_due(&self, day: NaiveDate) -> bool {
        let is_due = |on: Option<NaiveDate>| on.is_some_and(|on| on <= day);
        match self {
            Self::Created { fields } => is_due(fields.due_on),
            Self::Changed { changes, .. } => changes.iter().any(|change| match change {
                FieldChange::DueOn(value) => is_due(value.to),
                FieldChange::Archived(value) | FieldChange::Deleted(value) => !value.to,
                _ => false,
            }),
            _ => false,
        }
    }

    /// Whether the event makes the task a subtask of `parent`.
    #[must_use]
    pub fn moves_to(&self, parent: i64) -> bool {
        match self {
            Self::Created { fields } => fields.parent == Some(parent),
            Self::Changed { changes, .. } => {
                changes.iter().any(|change| matches!(change, FieldChange::Parent(value) if value.to == Some(parent)))
            }
            _ => false,
        }
    }

    /// Whether the event can change the contents of the trash or the archive.
    #[must_use]
    pub fn puts_away(&self) -> bool {
        match self {
            Self::Changed { changes, .. } => changes.iter().any(|change| {
                matches!(change, FieldChange::Archived(_) | FieldChange::Deleted(_) | FieldChange::Title(_))
            }),
            Self::Created { .. } | Self::Purged { .. } => true,
            _ => false,
        }
    }

    /// The event as sent to open pages: without descriptions, which may be long, without names, and without the other task
    /// of a relation.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn without_texts(mut self) -> Self {
        for text in self.texts() {
            text.clear();
        }
        match &mut self {
            Self::Related { other, .. } | Self::Unrelated { other, .. } => *other = None,
            Self::Changed { names, .. } => names.clear(),
            _ => {}
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
            Self::Changed { changes, .. } => changes.iter_mut().filter_map(descriptions_of).flatten().collect(),
            _ => Vec::new(),
        }
    }
}

/// How an [`Event`] is read.
///
/// A reader that is derived for an internally tagged enum keeps the whole value until it has found the tag, and then reads it a
/// second time, by code of its own for each type in it: 25 kB of the WASM. This one has all fields of all kinds.
#[derive(Deserialize)]
struct FlatEvent {
    kind: Kind,
    #[serde(rename = "facts")]
    fields: Option<Box<TaskFields>>,
    changes: Option<Vec<FieldChange>>,
    #[cfg(feature = "ssr")]
    #[serde(default)]
    names: BTreeMap<String, String>,
    comment: Option<Uuid>,
    relation: Option<Relation>,
    other: Option<TaskKey>,
    #[serde(default, deserialize_with = "crate::domain::dates::read_option")]
    on: Option<NaiveDate>,
    ranks: Option<Vec<(i64, String)>>,
    number: Option<i64>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Created,
    Changed,
    Commented,
    CommentEdited,
    CommentDeleted,
    Reacted,
    Related,
    Unrelated,
    Due,
    Ranked,
    ProjectChanged,
    Purged,
}

impl TryFrom<FlatEvent> for Event {
    type Error = MissingField;

    fn try_from(flat: FlatEvent) -> Result<Self, MissingField> {
        let FlatEvent { kind, fields, changes, comment, relation, other, on, ranks, number, .. } = flat;
        let comment = || required(comment, "comment");
        Ok(match kind {
            Kind::Created => Self::Created { fields: required(fields, "facts")? },
            Kind::Changed => Self::Changed {
                changes: required(changes, "changes")?,
                #[cfg(feature = "ssr")]
                names: flat.names,
            },
            Kind::Commented => Self::Commented { comment: comment()? },
            Kind::CommentEdited => Self::CommentEdited { comment: comment()? },
            Kind::CommentDeleted => Self::CommentDeleted { comment: comment()? },
            Kind::Reacted => Self::Reacted { comment: comment()? },
            Kind::Related => Self::Related { relation: required(relation, "relation")?, other },
            Kind::Unrelated => Self::Unrelated { relation: required(relation, "relation")?, other },
            Kind::Due => Self::Due { on: required(on, "on")? },
            Kind::Ranked => Self::Ranked { ranks: required(ranks, "ranks")? },
            Kind::ProjectChanged => Self::ProjectChanged,
            Kind::Purged => Self::Purged { number: required(number, "number")? },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            (Event::changed(changes), vec!["Long".to_owned(), String::new()]),
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
    fn names_are_kept_with_the_event_and_hidden_from_pages() {
        let stored = r#"{"kind":"changed","changes":[],"names":{"todo":"To do"}}"#;
        let event: Event = serde_json::from_str(stored).unwrap();
        assert_eq!(serde_json::to_string(&event).unwrap(), stored);
        assert_eq!(event.without_texts(), Event::changed(Vec::new()));
        let earlier = r#"{"kind":"changed","changes":[]}"#;
        assert_eq!(serde_json::from_str::<Event>(earlier).unwrap(), Event::changed(Vec::new()));
    }
}
