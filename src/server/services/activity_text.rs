//! Renders events as English phrases.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
};

use uuid::Uuid;

use crate::domain::dates;
use crate::domain::{
    isolate::isolated,
    keys::{ProjectKey, TaskKey},
    tasks::{
        fields::{Change, FieldChange, SetChange},
        priority::Priority,
        {event::Event, relation::Relation},
    },
};

/// What the people, labels and states that events refer to by id are called now.
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
            Event::Changed { changes, names } => {
                let called = Called { known: self, project, names };
                changes.iter().map(|change| called.describe(change)).collect::<Vec<_>>().join(", ")
            }
            Event::Related { relation, other } => {
                format!("marked this as {} {}", verb(*relation), self.visible_key(other.as_ref())?)
            }
            Event::Unrelated { relation, other } => {
                format!("marked this as {} {}", no_longer(*relation), self.visible_key(other.as_ref())?)
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
}

/// What things were called at the time of an event; for events of earlier versions, what they are called now.
struct Called<'a> {
    known: &'a EventNames,
    project: &'a ProjectKey,
    /// The names of the event.
    names: &'a BTreeMap<String, String>,
}

impl Called<'_> {
    fn describe(&self, change: &FieldChange) -> String {
        let key = |number: i64| format!("{}-{number}", self.project);
        match change {
            FieldChange::Title(value) => format!("renamed it from “{}”", isolated(&value.from)),
            FieldChange::Description(_) => "changed the description".to_owned(),
            FieldChange::Position(Change { from, to }) if from.state == to.state => {
                format!("moved it within {}", self.state(&to.state))
            }
            FieldChange::Position(Change { from, to }) => {
                format!("moved it from {} to {}", self.state(&from.state), self.state(&to.state))
            }
            FieldChange::Priority(value) if value.to == Priority::None => "removed the priority".to_owned(),
            FieldChange::Priority(value) => format!("set the priority to {}", value.to.label()),
            FieldChange::Estimate(value) => describe_value("estimate", value, |points| format!("{points} points")),
            FieldChange::StartOn(value) => describe_value("start date", value, |day| dates::day(*day)),
            FieldChange::DueOn(value) => describe_value("due date", value, |day| dates::day(*day)),
            FieldChange::Parent(value) => match (value.from, value.to) {
                (_, Some(parent)) => format!("set the parent to {}", key(parent)),
                (Some(parent), None) => format!("removed the parent {}", key(parent)),
                (None, None) => "left the parent unchanged".to_owned(),
            },
            FieldChange::Assignees(ids) => {
                let name = |id: &Uuid| self.name(*id, &self.known.people, "a former member");
                describe_set(["assigned"; 2], ["unassigned"; 2], ids, name)
            }
            FieldChange::Labels(ids) => {
                let (added, removed) =
                    (["added the label", "added the labels"], ["removed the label", "removed the labels"]);
                describe_set(added, removed, ids, |id| self.name(*id, &self.known.labels, "a deleted label"))
            }
            FieldChange::Archived(value) => if value.to { "archived it" } else { "unarchived it" }.to_owned(),
            FieldChange::Deleted(value) => if value.to { "moved it to the bin" } else { "restored it" }.to_owned(),
        }
    }

    fn state<'a>(&'a self, slug: &'a str) -> Cow<'a, str> {
        let now = || self.known.states.get(self.project).and_then(|states| states.get(slug));
        isolated(self.names.get(slug).or_else(now).map_or(slug, String::as_str))
    }

    /// The name of a person or a label, or `unknown`.
    fn name<'a>(&'a self, id: Uuid, now: &'a HashMap<Uuid, String>, unknown: &'a str) -> Cow<'a, str> {
        isolated(self.names.get(&id.to_string()).or_else(|| now.get(&id)).map_or(unknown, String::as_str))
    }
}

fn describe_value<T>(what: &str, value: &Change<Option<T>>, name: impl Fn(&T) -> String) -> String {
    match &value.to {
        Some(to) => format!("set the {what} to {}", name(to)),
        None => format!("removed the {what}"),
    }
}

/// Describes additions and removals; the verbs are for one and for several.
fn describe_set<'a>(
    added: [&str; 2],
    removed: [&str; 2],
    ids: &SetChange,
    name: impl Fn(&Uuid) -> Cow<'a, str>,
) -> String {
    let list = |ids: &BTreeSet<Uuid>| {
        let mut listed: Vec<_> = ids.iter().map(&name).collect();
        listed.sort_unstable();
        listed.join(" and ")
    };
    let parts = [(added, &ids.added), (removed, &ids.removed)];
    let parts = parts.into_iter().filter(|(_, ids)| !ids.is_empty());
    let parts = parts.map(|(verbs, ids)| format!("{} {}", verbs[usize::from(ids.len() > 1)], list(ids)));
    parts.collect::<Vec<_>>().join(", ")
}

const fn verb(relation: Relation) -> &'static str {
    match relation {
        Relation::Blocks => "blocking",
        Relation::BlockedBy => "blocked by",
        Relation::Relates => "related to",
        Relation::Duplicates => "a duplicate of",
        Relation::DuplicatedBy => "duplicated by",
    }
}

const fn no_longer(relation: Relation) -> &'static str {
    match relation {
        Relation::Blocks => "no longer blocking",
        Relation::BlockedBy => "no longer blocked by",
        Relation::Relates => "no longer related to",
        Relation::Duplicates => "no longer a duplicate of",
        Relation::DuplicatedBy => "no longer duplicated by",
    }
}
