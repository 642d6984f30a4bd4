//! Builds the activity of a task and of a project: comments and changes.

use std::collections::HashMap;

use super::{activity_text::EventNames, markdown, tasks};
use crate::{
    domain::{
        ids::ProjectId,
        keys::{ProjectKey, TaskKey},
        permissions::Permission,
        projects::overview::ProjectNote,
        tasks::{
            activity::{Comment, Entry, Note, Reaction},
            event::Event,
        },
    },
    server::{
        access::OrgContext,
        db::OrgTx,
        error::Error,
        repo::{
            comments,
            events::{self, LoggedEvent},
            projects::{self, Project},
        },
    },
};

/// Returns the comments and changes of a task, the oldest first.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`; [`Error::NotFound`].
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn of_task(ctx: &OrgContext, key: &TaskKey) -> Result<Vec<Entry>, Error> {
    let mut tx = ctx.read(Permission::ReadTasks).await?;
    let project = projects::by_key(&mut tx, ctx.project_scope(), &key.project).await?.ok_or(Error::NotFound)?;
    let logged = events::of_task(&mut tx, project.id, key.number).await?;
    if logged.is_empty() && !crate::server::repo::tasks::is_stored(&mut tx, project.id, key.number).await? {
        return Err(Error::NotFound);
    }
    let names = load_names(ctx, &mut tx, &key.project, &project).await?;
    let last = logged.last().map(|last| last.number);
    let may_undo = |logged: &LoggedEvent| {
        let is_change = matches!(logged.event, Event::Changed { .. });
        is_change
            && last == Some(logged.number)
            && logged.person == ctx.person
            && ctx.permissions.allow(Permission::WriteTasks)
            && (!tasks::involves_trash(&logged.event) || ctx.permissions.allow(Permission::DeleteTasks))
    };
    let note = |logged: &LoggedEvent| {
        let undo = may_undo(logged).then_some(logged.batch.0);
        Some((logged.at, Entry::Note(Note { undo, ..note(&names, logged)? })))
    };
    let mut entries: Vec<_> = logged.iter().filter_map(note).collect();
    let comments = comments_of(ctx, &mut tx, project.id, key.number).await?;
    drop(tx);
    let bodies = comments.iter().map(|(_, body)| body.clone()).collect();
    let rendered = markdown::render_all(ctx, bodies, names.people.values().cloned().collect()).await?;
    for ((comment, _), html) in comments.into_iter().zip(rendered) {
        entries.push((comment.created_at, Entry::Comment(Comment { html, ..comment })));
    }
    entries.sort_by_key(|(at, _)| *at);
    Ok(entries.into_iter().map(|(_, entry)| entry).collect())
}

/// Returns the latest changes of the tasks of a project, at most `limit`, the newest first.
pub(super) async fn of_project(
    ctx: &OrgContext,
    tx: &mut OrgTx,
    key: &ProjectKey,
    project: &Project,
    limit: usize,
) -> Result<Vec<ProjectNote>, Error> {
    let logged = events::of_project(tx, project.id, i64::try_from(limit).unwrap_or(i64::MAX)).await?;
    let names = load_names(ctx, tx, key, project).await?;
    let notes = logged.into_iter().filter_map(|(logged, title)| {
        let task = TaskKey { project: key.clone(), number: logged.task? };
        let text = match &logged.event {
            Event::Commented { .. } => "commented".to_owned(),
            _ => names.describe(key, &logged.event)?,
        };
        let LoggedEvent { number, at, name, .. } = logged;
        Some(ProjectNote { number, at, name, text, task, title })
    });
    Ok(notes.collect())
}

async fn load_names(
    ctx: &OrgContext,
    tx: &mut OrgTx,
    key: &ProjectKey,
    project: &Project,
) -> Result<EventNames, Error> {
    let (people, labels) = projects::names(tx, project.id).await?;
    let states = project.states.iter().map(|state| (state.slug.clone(), state.name.clone()));
    Ok(EventNames {
        states: HashMap::from([(key.clone(), states.collect())]),
        people,
        labels,
        visible: projects::visible(tx, ctx.project_scope()).await?.into_values().collect(),
    })
}

/// Loads the comments of a task, not rendered, each with its text.
async fn comments_of(
    ctx: &OrgContext,
    tx: &mut OrgTx,
    project: ProjectId,
    task: i64,
) -> Result<Vec<(Comment, String)>, Error> {
    let may_write = ctx.permissions.allow(Permission::WriteTasks);
    let may_delete_all = ctx.permissions.allow(Permission::DeleteTasks);
    let comments = comments::of_task(tx, project, task).await?.into_iter().map(|(comment, reactions)| {
        let (is_deleted, is_own) = (comment.deleted_at.is_some(), comment.author_id == ctx.person);
        let view = Comment {
            id: comment.id.0,
            author: comment.author,
            html: String::new(),
            body: (may_write && is_own && !is_deleted).then(|| comment.body.clone()),
            created_at: comment.created_at,
            edited_at: comment.edited_at,
            is_deleted,
            may_delete: may_write && !is_deleted && (is_own || may_delete_all),
            reactions: grouped(ctx, reactions),
        };
        (view, comment.body)
    });
    Ok(comments.collect())
}

/// Groups the reactions to a comment by emoji.
fn grouped(ctx: &OrgContext, reactions: Vec<comments::Reaction>) -> Vec<Reaction> {
    let mut groups: Vec<Reaction> = Vec::new();
    for comments::Reaction { emoji, person, name } in reactions {
        if groups.last().is_none_or(|last| last.emoji != emoji) {
            groups.push(Reaction { emoji, people: Vec::new(), is_yours: false });
        }
        if let Some(last) = groups.last_mut() {
            last.people.push(name);
            last.is_yours |= person == ctx.person;
        }
    }
    groups
}

/// Renders an event as a note; `None` for events without text.
fn note(names: &EventNames, logged: &LoggedEvent) -> Option<Note> {
    let project = logged.project.parse().ok()?;
    let text = names.describe(&project, &logged.event)?;
    Some(Note { at: logged.at, name: logged.name.clone(), text, undo: None })
}
