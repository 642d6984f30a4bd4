//! Comments on tasks. Who may write tasks may comment; a comment is changed by its author alone, and deleted by its
//! author or by whoever may delete tasks.

use super::{markdown, mentions, tasks::ProjectWriter, text, unit_of_work::UnitOfWork};
use crate::{
    domain::{
        errors::FieldError,
        ids::CommentId,
        keys::TaskKey,
        permissions::Permission,
        tasks::{
            activity::{COMMENT_MAX, REACTIONS, Revision},
            event::Event,
        },
    },
    server::{
        access::OrgContext,
        error::Error,
        repo::{
            audit::Outcome,
            comments::{self, Comment, NewComment},
            projects, tasks,
        },
    },
};

const TASK_IN_BIN: &str = "This task is in the bin. Restore it first; your comment is still here.";

/// Comments on the task called `key`.
///
/// # Errors
/// [`Error::Forbidden`] without `write:tasks`; [`Error::NotFound`]; [`Error::Invalid`] for `body`; [`Error::Conflict`]
/// for a task in the bin.
pub async fn create(ctx: &OrgContext, key: &TaskKey, body: &str) -> Result<(), Error> {
    let mut change = UnitOfWork::begin(ctx, Permission::WriteTasks, "comment.create", &key.to_string()).await?;
    let body = parse(body)?;
    let mut desk = ProjectWriter::open(&mut change, &key.project).await?;
    let project = desk.project().id;
    let task = tasks::records(desk.change().tx(), project, &[key.number]).await?.remove(&key.number);
    if task.ok_or(Error::NotFound)?.facts.is_deleted {
        return Err(Error::Conflict(TASK_IN_BIN));
    }
    let id = CommentId(ctx.new_id());
    let new = NewComment { id, project, task: key.number, author: ctx.person, body: &body };
    comments::create(change.tx(), new, ctx.now()).await?;
    let named = mentions::added(change.tx(), project, "", &body).await?;
    change.tell(project, Some(key.number), Event::Commented { comment: id.0 });
    change.mention(named);
    change.commit().await?;
    Ok(())
}

/// Changes a comment of one's own; what it said before is kept.
///
/// # Errors
/// As [`create`]; [`Error::NotFound`] for the comment of somebody else.
pub async fn edit(ctx: &OrgContext, key: &TaskKey, id: CommentId, body: &str) -> Result<(), Error> {
    let mut change = UnitOfWork::begin(ctx, Permission::WriteTasks, "comment.update", &key.to_string()).await?;
    let body = parse(body)?;
    let mut desk = ProjectWriter::open(&mut change, &key.project).await?;
    let project = desk.project().id;
    let comment = found(&mut desk, key, id).await?;
    if comment.author_id != ctx.person {
        return Err(Error::NotFound);
    }
    if comment.body != body {
        comments::revise(change.tx(), &comment, &body, ctx.now()).await?;
        let named = mentions::added(change.tx(), project, &comment.body, &body).await?;
        change.tell(project, Some(key.number), Event::CommentEdited { comment: id.0 });
        change.mention(named);
    }
    change.commit().await?;
    Ok(())
}

/// Deletes a comment; that there was one remains to be seen.
///
/// # Errors
/// [`Error::Forbidden`] without `write:tasks`; [`Error::NotFound`], also for the comment of somebody else without
/// `delete:tasks`.
pub async fn delete(ctx: &OrgContext, key: &TaskKey, id: CommentId) -> Result<(), Error> {
    let mut change = UnitOfWork::begin(ctx, Permission::WriteTasks, "comment.delete", &key.to_string()).await?;
    let mut desk = ProjectWriter::open(&mut change, &key.project).await?;
    let project = desk.project().id;
    let comment = found(&mut desk, key, id).await?;
    if comment.author_id != ctx.person && !ctx.permissions.allow(Permission::DeleteTasks) {
        return Err(Error::NotFound);
    }
    comments::delete(change.tx(), id, ctx.now()).await?;
    if comment.author_id != ctx.person {
        ctx.record(change.tx(), "comment.delete", &key.to_string(), Outcome::Done).await?;
    }
    change.tell(project, Some(key.number), Event::CommentDeleted { comment: id.0 });
    change.commit().await?;
    Ok(())
}

/// Reacts to a comment with a sign, or takes the reaction back.
///
/// # Errors
/// [`Error::Forbidden`] without `write:tasks`; [`Error::NotFound`]; [`Error::BadRequest`] for a sign that is not offered.
pub async fn react(ctx: &OrgContext, key: &TaskKey, id: CommentId, emoji: &str) -> Result<(), Error> {
    let mut change = UnitOfWork::begin(ctx, Permission::WriteTasks, "comment.react", &key.to_string()).await?;
    if !REACTIONS.contains(&emoji) {
        return Err(Error::BadRequest);
    }
    let mut desk = ProjectWriter::open(&mut change, &key.project).await?;
    let project = desk.project().id;
    found(&mut desk, key, id).await?;
    comments::toggle_reaction(change.tx(), id, ctx.person, emoji).await?;
    change.tell(project, Some(key.number), Event::Reacted { comment: id.0 });
    change.commit().await?;
    Ok(())
}

/// What a comment said before its edits, the latest first.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`; [`Error::NotFound`].
pub async fn revisions(ctx: &OrgContext, key: &TaskKey, id: CommentId) -> Result<Vec<Revision>, Error> {
    let mut tx = ctx.read(Permission::ReadTasks).await?;
    let project = projects::by_key(&mut tx, ctx.project_scope(), &key.project).await?.ok_or(Error::NotFound)?;
    comments::find(&mut tx, project.id, key.number, id).await?.ok_or(Error::NotFound)?;
    let revisions = comments::revisions(&mut tx, id).await?;
    let shown = revisions
        .into_iter()
        .map(|(body, replaced_at)| Revision { html: markdown::render(&ctx.slug, &body), replaced_at });
    Ok(shown.collect())
}

fn parse(body: &str) -> Result<String, Error> {
    let body = text::lines("body", body, COMMENT_MAX).map_err(|field| Error::Invalid(vec![field]))?;
    if body.trim().is_empty() {
        let message = "Write something first.".to_owned();
        return Err(Error::Invalid(vec![FieldError { field: "body".to_owned(), message }]));
    }
    Ok(body)
}

/// A comment that is still there.
async fn found(desk: &mut ProjectWriter<'_, '_>, key: &TaskKey, id: CommentId) -> Result<Comment, Error> {
    let project = desk.project().id;
    let comment = comments::find(desk.change().tx(), project, key.number, id).await?;
    comment.filter(|comment| comment.deleted_at.is_none()).ok_or(Error::NotFound)
}
