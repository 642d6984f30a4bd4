//! What was said about a task and what happened to it, as its page shows it.

use std::collections::HashMap;

use uuid::Uuid;

use crate::{
    access::Permission,
    projects::{
        key::{ProjectKey, TaskKey},
        overview::model::ProjectNote,
    },
    server::{
        access::OrgContext,
        db::OrgTx,
        error::Error,
        markdown,
        repo::{
            comments,
            events::{self, Happened},
            ids::{CommentId, ProjectId},
            members,
            projects::{self, Project},
        },
    },
    tasks::{
        activity::{Comment, Entry, Note, Reaction},
        event::{Event, Relation},
        facts::{Exchange, FieldChange, Swap},
        priority::Priority,
    },
    ui::date,
};

/// Comments and changes, the first one first.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`; [`Error::NotFound`].
pub async fn of_task(ctx: &OrgContext, key: &TaskKey) -> Result<Vec<Entry>, Error> {
    let mut tx = ctx.read(Permission::ReadTasks).await?;
    let project = projects::by_key(&mut tx, ctx.reader(), &key.project).await?.ok_or(Error::NotFound)?;
    let happened = events::of_task(&mut tx, project.id, key.number).await?;
    if happened.is_empty() && crate::server::repo::tasks::find(&mut tx, project.id, key.number).await?.is_none() {
        return Err(Error::NotFound);
    }
    let words = Words::of(&mut tx, &project).await?;
    let mut entries: Vec<_> =
        happened.iter().filter_map(|happened| Some((happened.at, Entry::Note(words.note(happened)?)))).collect();
    for comment in comments_of(ctx, &mut tx, project.id, key.number).await? {
        entries.push((comment.created_at, Entry::Comment(comment)));
    }
    entries.sort_by_key(|(at, _)| *at);
    Ok(entries.into_iter().map(|(_, entry)| entry).collect())
}

/// The last things that happened to the tasks of a project, at most `limit`, the newest first.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn of_project(
    tx: &mut OrgTx,
    key: &ProjectKey,
    project: &Project,
    limit: usize,
) -> Result<Vec<ProjectNote>, Error> {
    let happened = events::of_project(tx, project.id, i64::try_from(limit).unwrap_or(i64::MAX)).await?;
    let words = Words::of(tx, project).await?;
    let notes = happened.into_iter().filter_map(|(happened, title)| {
        let task = TaskKey { project: key.clone(), number: happened.task? };
        let text = match &happened.event {
            Event::Commented { .. } => "commented on it".to_owned(),
            _ => words.note(&happened)?.text,
        };
        let Happened { number, at, name, .. } = happened;
        Some(ProjectNote { number, at, name, text, task, title })
    });
    Ok(notes.collect())
}

async fn comments_of(ctx: &OrgContext, tx: &mut OrgTx, project: ProjectId, task: i64) -> Result<Vec<Comment>, Error> {
    let mut reactions: HashMap<CommentId, Vec<Reaction>> = HashMap::new();
    for (comment, emoji, person, name) in comments::reactions(tx, project, task).await? {
        let of_comment = reactions.entry(comment).or_default();
        if of_comment.last().is_none_or(|last| last.emoji != emoji) {
            of_comment.push(Reaction { emoji, people: Vec::new(), is_yours: false });
        }
        if let Some(last) = of_comment.last_mut() {
            last.people.push(name);
            last.is_yours |= person == ctx.person;
        }
    }
    let may_write = ctx.permissions.allow(Permission::WriteTasks);
    let may_delete_all = ctx.permissions.allow(Permission::DeleteTasks);
    let comments = comments::of_task(tx, project, task).await?.into_iter().map(|comment| {
        let (is_deleted, is_own) = (comment.deleted_at.is_some(), comment.author_id == ctx.person);
        Comment {
            id: comment.id.0,
            author: comment.author,
            html: markdown::render(&ctx.slug, &comment.body),
            body: (may_write && is_own && !is_deleted).then_some(comment.body),
            created_at: comment.created_at,
            edited_at: comment.edited_at,
            is_deleted,
            may_delete: may_write && !is_deleted && (is_own || may_delete_all),
            reactions: reactions.remove(&comment.id).unwrap_or_default(),
        }
    });
    Ok(comments.collect())
}

/// Names for what events know by id.
struct Words<'a> {
    project: &'a Project,
    people: HashMap<Uuid, String>,
    labels: HashMap<Uuid, String>,
}

impl<'a> Words<'a> {
    async fn of(tx: &mut OrgTx, project: &'a Project) -> Result<Self, Error> {
        let labels = projects::labels(tx, project.id).await?;
        let labels = labels.into_iter().map(|label| (label.id, label.name)).collect();
        Ok(Self { project, people: members::names(tx).await?, labels })
    }

    /// What happened, in words; nothing for what is shown otherwise.
    fn note(&self, happened: &Happened) -> Option<Note> {
        let text = match &happened.event {
            Event::Created { .. } => "created the task".to_owned(),
            Event::Changed { changes } => {
                changes.iter().map(|change| self.change(change)).collect::<Vec<_>>().join(", ")
            }
            Event::Related { relation, other } => format!("noted that it {} {other}", verb(*relation)),
            Event::Unrelated { relation, other } => format!("noted that it no longer {} {other}", verb(*relation)),
            Event::Commented { .. }
            | Event::CommentEdited { .. }
            | Event::CommentDeleted { .. }
            | Event::Reacted { .. }
            | Event::Ranked { .. }
            | Event::ProjectChanged => return None,
        };
        Some(Note { at: happened.at, name: happened.name.clone(), text })
    }

    fn change(&self, change: &FieldChange) -> String {
        let key = |number: i64| format!("task {number}");
        match change {
            FieldChange::Title(swap) => format!("renamed it from “{}”", swap.from),
            FieldChange::Description(_) => "changed the description".to_owned(),
            FieldChange::Place(Swap { from, to }) if from.state == to.state => {
                format!("moved it within {}", self.state(&to.state))
            }
            FieldChange::Place(Swap { from, to }) => {
                format!("moved it from {} to {}", self.state(&from.state), self.state(&to.state))
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

    fn state<'s>(&'s self, slug: &'s str) -> &'s str {
        self.project.state(slug).map_or(slug, |state| &state.name)
    }
}

fn set<T>(what: &str, swap: &Swap<Option<T>>, name: impl Fn(&T) -> String) -> String {
    match &swap.to {
        Some(to) => format!("set the {what} to {}", name(to)),
        None => format!("removed the {what}"),
    }
}

fn exchanged(added: &str, removed: &str, exchange: &Exchange, names: &HashMap<Uuid, String>) -> String {
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
