//! Creates, edits and deletes comments. `write:tasks` allows commenting; a comment is edited only by its author, and
//! deleted by its author or with `delete:tasks`.

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
            projects,
        },
    },
};

const TASK_IN_TRASH: &str = "This task is in the bin. Restore it first; your comment is still here.";

/// Adds a comment to the task `key`.
///
/// # Errors
/// [`Error::Forbidden`] without `write:tasks`; [`Error::NotFound`]; [`Error::Invalid`] for `body`; [`Error::Conflict`]
/// if the task is in the trash.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn create(ctx: &OrgContext, key: &TaskKey, body: &str) -> Result<(), Error> {
    let mut work = UnitOfWork::begin(ctx, Permission::WriteTasks, "comment.create", &key.to_string()).await?;
    let body = parse(body)?;
    let (writer, mut records) = ProjectWriter::open_with(&mut work, &key.project, &[key.number]).await?;
    let project = writer.project().id;
    if records.remove(&key.number).ok_or(Error::NotFound)?.fields.is_deleted {
        return Err(Error::Conflict(TASK_IN_TRASH));
    }
    let id = CommentId(ctx.new_id());
    let new = NewComment { id, project, task: key.number, author: ctx.person, body: &body };
    comments::insert(work.tx(), new, ctx.now()).await?;
    let mentioned = mentions::added(work.tx(), project, "", &body).await?;
    work.emit(project, Some(key.number), Event::Commented { comment: id.0 });
    work.mention(mentioned);
    work.commit().await?;
    Ok(())
}

/// Edits a comment of the person in `ctx` and keeps the previous text as a revision.
///
/// # Errors
/// [`Error::NotFound`] for the comment of another person.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn edit(ctx: &OrgContext, key: &TaskKey, id: CommentId, body: &str) -> Result<(), Error> {
    let mut work = UnitOfWork::begin(ctx, Permission::WriteTasks, "comment.update", &key.to_string()).await?;
    let body = parse(body)?;
    let mut writer = ProjectWriter::open(&mut work, &key.project).await?;
    let project = writer.project().id;
    let comment = find(&mut writer, key, id).await?;
    if comment.author_id != ctx.person {
        return Err(Error::NotFound);
    }
    if comment.body != body {
        comments::update(work.tx(), &comment, &body, ctx.now()).await?;
        let mentioned = mentions::added(work.tx(), project, &comment.body, &body).await?;
        work.emit(project, Some(key.number), Event::CommentEdited { comment: id.0 });
        work.mention(mentioned);
    }
    work.commit().await?;
    Ok(())
}

/// Deletes a comment; a placeholder remains visible.
///
/// # Errors
/// [`Error::Forbidden`] without `write:tasks`; [`Error::NotFound`], also for the comment of another person without
/// `delete:tasks`.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn delete(ctx: &OrgContext, key: &TaskKey, id: CommentId) -> Result<(), Error> {
    let mut work = UnitOfWork::begin(ctx, Permission::WriteTasks, "comment.delete", &key.to_string()).await?;
    let mut writer = ProjectWriter::open(&mut work, &key.project).await?;
    let project = writer.project().id;
    let comment = find(&mut writer, key, id).await?;
    if comment.author_id != ctx.person && !ctx.permissions.allow(Permission::DeleteTasks) {
        return Err(Error::NotFound);
    }
    comments::delete(work.tx(), id, ctx.now()).await?;
    if comment.author_id != ctx.person {
        ctx.record(work.tx(), "comment.delete", &key.to_string(), Outcome::Done).await?;
    }
    work.emit(project, Some(key.number), Event::CommentDeleted { comment: id.0 });
    work.commit().await?;
    Ok(())
}

/// Toggles a reaction to a comment.
///
/// # Errors
/// [`Error::Forbidden`] without `write:tasks`; [`Error::NotFound`]; [`Error::BadRequest`] if the emoji is not offered.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn react(ctx: &OrgContext, key: &TaskKey, id: CommentId, emoji: &str) -> Result<(), Error> {
    let mut work = UnitOfWork::begin(ctx, Permission::WriteTasks, "comment.react", &key.to_string()).await?;
    if !REACTIONS.contains(&emoji) {
        return Err(Error::BadRequest);
    }
    let mut writer = ProjectWriter::open(&mut work, &key.project).await?;
    let project = writer.project().id;
    find(&mut writer, key, id).await?;
    comments::toggle_reaction(work.tx(), id, ctx.person, emoji).await?;
    work.emit(project, Some(key.number), Event::Reacted { comment: id.0 });
    work.commit().await?;
    Ok(())
}

/// Lists the previous texts of a comment, the latest first.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`; [`Error::NotFound`], also if the comment is deleted.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn revisions(ctx: &OrgContext, key: &TaskKey, id: CommentId) -> Result<Vec<Revision>, Error> {
    let mut tx = ctx.read(Permission::ReadTasks).await?;
    let project = projects::by_key(&mut tx, ctx.project_scope(), &key.project).await?.ok_or(Error::NotFound)?;
    let comment = comments::find(&mut tx, project.id, key.number, id).await?;
    let comment = comment.filter(|comment| comment.deleted_at.is_none()).ok_or(Error::NotFound)?;
    let revisions = comments::revisions(&mut tx, id).await?;
    let names = projects::mentionable(&mut tx, project.id).await?.into_iter().map(|person| person.name).collect();
    drop(tx);
    let (bodies, replaced): (_, Vec<_>) = revisions.into_iter().unzip();
    // A text was written when the one before it was replaced.
    let written = replaced.into_iter().skip(1).chain([comment.created_at]);
    let rendered = markdown::render_all(ctx, bodies, names).await?;
    // Only its author edits a comment.
    let revision = |(html, written_at)| Revision { html, author: comment.author.clone(), written_at };
    Ok(rendered.into_iter().zip(written).map(revision).collect())
}

fn parse(body: &str) -> Result<String, Error> {
    let body = text::lines("body", body, COMMENT_MAX).map_err(|field| Error::Invalid(vec![field]))?;
    if body.trim().is_empty() {
        let message = "Write something first.".to_owned();
        return Err(Error::Invalid(vec![FieldError { field: "body".to_owned(), message }]));
    }
    Ok(body)
}

/// Finds a comment that is not deleted.
async fn find(writer: &mut ProjectWriter<'_, '_>, key: &TaskKey, id: CommentId) -> Result<Comment, Error> {
    let project = writer.project().id;
    let comment = comments::find(writer.work().tx(), project, key.number, id).await?;
    comment.filter(|comment| comment.deleted_at.is_none()).ok_or(Error::NotFound)
}
