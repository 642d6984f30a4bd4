//! Renders events as English phrases.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use crate::domain::dates;
use crate::domain::{
    keys::{ProjectKey, TaskKey},
    tasks::{
        event::{Event, Relation},
        fields::{Change, FieldChange, SetChange},
        priority::Priority,
    },
};

/// Names of the people, labels and states that events refer to by id.
pub struct EventNames {
    /// State names by slug, per project.
    pub states: HashMap<ProjectKey, HashMap<String, String>>,
    pub people: HashMap<Uuid, String>,
    pub labels: HashMap<Uuid, String>,
    /// The projects that the reader may see.
    pub visible: HashSet<ProjectKey>,
}

impl EventNames {
    /// Renders the event of a task in `project` as a phrase after the name of the actor. Returns `None` for events
    /// without text, and for relations to tasks that the reader may not see.
    #[must_use]
    pub fn describe(&self, project: &ProjectKey, event: &Event) -> Option<String> {
        Some(match event {
            Event::Created { .. } => "created the task".to_owned(),
            Event::Changed { changes } => {
                changes.iter().map(|change| self.describe_change(project, change)).collect::<Vec<_>>().join(", ")
            }
            Event::Related { relation, other } => {
                format!("noted that it {} {}", verb(*relation), self.visible_key(other.as_ref())?)
            }
            Event::Unrelated { relation, other } => {
                format!("noted that it {} {}", no_longer(*relation), self.visible_key(other.as_ref())?)
            }
            Event::Commented { .. }
            | Event::CommentEdited { .. }
            | Event::CommentDeleted { .. }
            | Event::Reacted { .. }
            | Event::Ranked { .. }
            | Event::Due { .. }
            | Event::ProjectChanged
            | Event::Purged { .. } => return None,
        })
    }

    /// The other task of a relation, if the reader may see it.
    fn visible_key<'a>(&self, other: Option<&'a TaskKey>) -> Option<&'a TaskKey> {
        other.filter(|other| self.visible.contains(&other.project))
    }

    fn describe_change(&self, project: &ProjectKey, change: &FieldChange) -> String {
        let key = |number: i64| format!("{project}-{number}");
        match change {
            FieldChange::Title(value) => format!("renamed it from “{}”", value.from),
            FieldChange::Description(_) => "changed the description".to_owned(),
            FieldChange::Position(Change { from, to }) if from.state == to.state => {
                format!("moved it within {}", self.state(project, &to.state))
            }
            FieldChange::Position(Change { from, to }) => {
                format!("moved it from {} to {}", self.state(project, &from.state), self.state(project, &to.state))
            }
            FieldChange::Priority(value) if value.to == Priority::None => "removed the priority".to_owned(),
            FieldChange::Priority(value) => format!("set the priority to {}", value.to.label()),
            FieldChange::Estimate(value) => describe_value("estimate", value, |points| format!("{points} points")),
            FieldChange::StartOn(value) => describe_value("start date", value, |day| dates::day(*day)),
            FieldChange::DueOn(value) => describe_value("due date", value, |day| dates::day(*day)),
            FieldChange::Parent(value) => match (value.from, value.to) {
                (_, Some(parent)) => format!("made it a part of {}", key(parent)),
                (Some(parent), None) => format!("took it out of {}", key(parent)),
                (None, None) => "left it where it was".to_owned(),
            },
            FieldChange::Assignees(ids) => describe_set("assigned", "unassigned", ids, &self.people),
            FieldChange::Labels(ids) => describe_set("added the label", "removed the label", ids, &self.labels),
            FieldChange::Archived(value) => {
                if value.to { "archived it" } else { "took it out of the archive" }.to_owned()
            }
            FieldChange::Deleted(value) => if value.to { "put it into the bin" } else { "restored it" }.to_owned(),
        }
    }

    fn state<'a>(&'a self, project: &ProjectKey, slug: &'a str) -> &'a str {
        self.states.get(project).and_then(|states| states.get(slug)).map_or(slug, String::as_str)
    }
}

fn describe_value<T>(what: &str, value: &Change<Option<T>>, name: impl Fn(&T) -> String) -> String {
    match &value.to {
        Some(to) => format!("set the {what} to {}", name(to)),
        None => format!("removed the {what}"),
    }
}

fn describe_set(added: &str, removed: &str, ids: &SetChange, names: &HashMap<Uuid, String>) -> String {
    let list = |ids: &std::collections::BTreeSet<Uuid>| {
        let mut listed: Vec<_> = ids.iter().map(|id| names.get(id).map_or("somebody gone", String::as_str)).collect();
        listed.sort_unstable();
        listed.join(" and ")
    };
    let parts = [(added, &ids.added), (removed, &ids.removed)];
    let parts = parts.into_iter().filter(|(_, ids)| !ids.is_empty()).map(|(verb, ids)| format!("{verb} {}", list(ids)));
    parts.collect::<Vec<_>>().join(", ")
}

const fn verb(relation: Relation) -> &'static str {
    match relation {
        Relation::Blocks => "blocks",
        Relation::BlockedBy => "is blocked by",
        Relation::Relates => "relates to",
        Relation::Duplicates => "duplicates",
        Relation::DuplicatedBy => "is duplicated by",
    }
}

const fn no_longer(relation: Relation) -> &'static str {
    match relation {
        Relation::Blocks => "no longer blocks",
        Relation::BlockedBy => "is no longer blocked by",
        Relation::Relates => "no longer relates to",
        Relation::Duplicates => "no longer duplicates",
        Relation::DuplicatedBy => "is no longer duplicated by",
    }
}
