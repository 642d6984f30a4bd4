//! What happens to tasks, as it is kept for ever.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::fields::{FieldChange, TaskFields};
use crate::domain::keys::TaskKey;

/// Something that happened. What is kept is read again by every later version: fields are added, never renamed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// A task was created, with these facts.
    Created { facts: Box<TaskFields> },
    /// Something about a task was changed; at least one thing.
    Changed { changes: Vec<FieldChange> },
    /// Somebody commented on a task.
    Commented { comment: Uuid },
    /// Somebody changed their comment.
    CommentEdited { comment: Uuid },
    /// A comment was deleted.
    CommentDeleted { comment: Uuid },
    /// Somebody reacted to a comment, or took a reaction back.
    Reacted { comment: Uuid },
    /// The task got a relation to another one, which is not told to pages: not everybody may see it.
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
    /// The task is due on this day, and not done. Nobody did it.
    Due { on: NaiveDate },
    /// A column ran out of room between two tasks: all of its tasks have new ranks, in the same order.
    Ranked { ranks: Vec<(i64, String)> },
    /// The project, its workflow, its labels or its people were changed.
    ProjectChanged,
    /// A task that was in the bin was deleted for ever; its history is gone with it.
    Purged { number: i64 },
}

impl Event {
    /// Whether a list of projects, with how much is left to do in each, may read otherwise after it.
    #[must_use]
    pub fn counts(&self) -> bool {
        let counts = |change: &FieldChange| match change {
            FieldChange::Place(swap) => swap.from.state != swap.to.state,
            FieldChange::Archived(_) | FieldChange::Deleted(_) => true,
            _ => false,
        };
        match self {
            Self::Created { .. } | Self::ProjectChanged => true,
            Self::Changed { changes } => changes.iter().any(counts),
            _ => false,
        }
    }

    /// Whether the task becomes a part of the task `parent` of its project.
    #[must_use]
    pub fn moves_to(&self, parent: i64) -> bool {
        match self {
            Self::Created { facts } => facts.parent == Some(parent),
            Self::Changed { changes } => {
                changes.iter().any(|change| matches!(change, FieldChange::Parent(swap) if swap.to == Some(parent)))
            }
            _ => false,
        }
    }

    /// Whether the bin or the archive may have other tasks after it.
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

    /// The event as open pages are told of it: without descriptions, which may be long, and without the other task of a
    /// relation. That they changed is told.
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

    /// Takes the descriptions out, which may be long: what is left is short. Nothing where there are none.
    #[must_use]
    pub fn take_texts(&mut self) -> Option<Vec<String>> {
        let taken: Vec<_> = self.texts().into_iter().map(std::mem::take).collect();
        taken.iter().any(|text| !text.is_empty()).then_some(taken)
    }

    /// Puts back what was taken out.
    pub fn put_texts(&mut self, texts: Vec<String>) {
        for (place, text) in self.texts().into_iter().zip(texts) {
            *place = text;
        }
    }

    fn texts(&mut self) -> Vec<&mut String> {
        let described = |change| match change {
            &mut FieldChange::Description(ref mut swap) => Some([&mut swap.from, &mut swap.to]),
            _ => None,
        };
        match self {
            Self::Created { facts } => vec![&mut facts.description],
            Self::Changed { changes } => changes.iter_mut().filter_map(described).flatten().collect(),
            _ => Vec::new(),
        }
    }
}

/// What a task has to do with another.
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
    /// In the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::BlockedBy, Self::Blocks, Self::Relates, Self::Duplicates, Self::DuplicatedBy];

    /// The same relation, seen from the other task.
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

    /// As people read it, between the two tasks.
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
    type Err = ();

    fn from_str(slug: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|relation| relation.slug() == slug).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relation_seen_twice_from_the_other_side_is_itself() {
        for relation in Relation::ALL {
            assert_eq!(relation.inverted().inverted(), relation);
            assert_eq!(relation.slug().parse(), Ok(relation));
        }
    }

    #[test]
    fn pages_are_not_told_the_other_task_of_a_relation() {
        let event = Event::Related { relation: Relation::Blocks, other: "WEB-1".parse().ok() };
        let json = serde_json::to_string(&event).unwrap();
        assert_eq!(json, r#"{"kind":"related","relation":"blocks","other":"WEB-1"}"#);
        assert_eq!(serde_json::from_str::<Event>(&json).unwrap(), event);
        assert_eq!(event.without_texts(), Event::Related { relation: Relation::Blocks, other: None });
    }

    #[test]
    fn descriptions_are_taken_out_and_put_back() {
        let facts = TaskFields { title: "Title".to_owned(), description: "Long".to_owned(), ..TaskFields::default() };
        let bare = TaskFields { description: String::new(), ..facts.clone() };
        let changes = facts.changes_to(&TaskFields { title: "Other".to_owned(), ..bare });
        for (whole, texts) in [
            (Event::Created { facts: Box::new(facts) }, vec!["Long".to_owned()]),
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
    fn an_event_says_what_it_is() {
        let event = Event::Commented { comment: Uuid::nil() };
        let json = serde_json::to_string(&event).unwrap();
        assert_eq!(json, r#"{"kind":"commented","comment":"00000000-0000-0000-0000-000000000000"}"#);
        assert_eq!(serde_json::from_str::<Event>(&json).unwrap(), event);
    }
}
