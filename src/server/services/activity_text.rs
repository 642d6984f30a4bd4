//! What happened, as people read it.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use crate::{
    domain::{
        keys::{ProjectKey, TaskKey},
        tasks::{
            event::{Event, Relation},
            fields::{Change, FieldChange, SetChange},
            priority::Priority,
        },
    },
    web::ui::date,
};

/// Names for what events know by id.
pub struct Words {
    /// The names of states, by their slugs, in each project.
    pub states: HashMap<ProjectKey, HashMap<String, String>>,
    pub people: HashMap<Uuid, String>,
    pub labels: HashMap<Uuid, String>,
    /// The projects that the reader may see.
    pub visible: HashSet<ProjectKey>,
}

impl Words {
    /// What happened to a task of `project`, as it follows the name of who did it; nothing for what is not told in words, and
    /// of relations to what the reader may not see.
    #[must_use]
    pub fn tell(&self, project: &ProjectKey, event: &Event) -> Option<String> {
        Some(match event {
            Event::Created { .. } => "created the task".to_owned(),
            Event::Changed { changes } => {
                changes.iter().map(|change| self.change(project, change)).collect::<Vec<_>>().join(", ")
            }
            Event::Related { relation, other } => {
                format!("noted that it {} {}", verb(*relation), self.seen(other.as_ref())?)
            }
            Event::Unrelated { relation, other } => {
                format!("noted that it {} {}", no_longer(*relation), self.seen(other.as_ref())?)
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
    fn seen<'a>(&self, other: Option<&'a TaskKey>) -> Option<&'a TaskKey> {
        other.filter(|other| self.visible.contains(&other.project))
    }

    fn change(&self, project: &ProjectKey, change: &FieldChange) -> String {
        let key = |number: i64| format!("{project}-{number}");
        match change {
            FieldChange::Title(swap) => format!("renamed it from “{}”", swap.from),
            FieldChange::Description(_) => "changed the description".to_owned(),
            FieldChange::Place(Change { from, to }) if from.state == to.state => {
                format!("moved it within {}", self.state(project, &to.state))
            }
            FieldChange::Place(Change { from, to }) => {
                format!("moved it from {} to {}", self.state(project, &from.state), self.state(project, &to.state))
            }
            FieldChange::Priority(swap) if swap.to == Priority::None => "removed the priority".to_owned(),
            FieldChange::Priority(swap) => format!("set the priority to {}", swap.to.label()),
            FieldChange::Estimate(swap) => set("estimate", swap, |points| format!("{points} points")),
            FieldChange::StartOn(swap) => set("start date", swap, |day| date::day(*day)),
            FieldChange::DueOn(swap) => set("due date", swap, |day| date::day(*day)),
            FieldChange::Parent(swap) => match (swap.from, swap.to) {
                (_, Some(parent)) => format!("made it a part of {}", key(parent)),
                (Some(parent), None) => format!("took it out of {}", key(parent)),
                (None, None) => "left it where it was".to_owned(),
            },
            FieldChange::Assignees(exchange) => exchanged("assigned", "unassigned", exchange, &self.people),
            FieldChange::Labels(exchange) => exchanged("added the label", "removed the label", exchange, &self.labels),
            FieldChange::Archived(swap) => {
                if swap.to { "archived it" } else { "took it out of the archive" }.to_owned()
            }
            FieldChange::Deleted(swap) => if swap.to { "put it into the bin" } else { "restored it" }.to_owned(),
        }
    }

    fn state<'a>(&'a self, project: &ProjectKey, slug: &'a str) -> &'a str {
        self.states.get(project).and_then(|states| states.get(slug)).map_or(slug, String::as_str)
    }
}

fn set<T>(what: &str, swap: &Change<Option<T>>, name: impl Fn(&T) -> String) -> String {
    match &swap.to {
        Some(to) => format!("set the {what} to {}", name(to)),
        None => format!("removed the {what}"),
    }
}

fn exchanged(added: &str, removed: &str, exchange: &SetChange, names: &HashMap<Uuid, String>) -> String {
    let list = |ids: &std::collections::BTreeSet<Uuid>| {
        let mut listed: Vec<_> = ids.iter().map(|id| names.get(id).map_or("somebody gone", String::as_str)).collect();
        listed.sort_unstable();
        listed.join(" and ")
    };
    let parts = [(added, &exchange.added), (removed, &exchange.removed)];
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
