//! Server functions of tasks.

use leptos::prelude::*;
use uuid::Uuid;

#[cfg(feature = "ssr")]
use crate::domain::tasks::{lane::LaneMove, merge::compose};
use crate::domain::{
    errors::AppError,
    tasks::{
        Moved, TaskCard, TaskDetail,
        activity::Entry,
        merge::{Merge, Part},
    },
};
#[cfg(feature = "ssr")]
use crate::{
    domain::ids::{BatchId, CommentId},
    server::{
        error::Error,
        services::{
            activity, comments,
            tasks::{self, Anchor, Edit},
        },
    },
    web::request,
};

/// Creates a task at the end of the column `state` (a slug) of the project `project` (a key). Fields: `title`.
#[server(prefix = "/fn", endpoint = "create_task")]
pub async fn create_task(org: String, project: String, state: String, title: String) -> Result<TaskCard, AppError> {
    let ctx = request::organization(&org).await?;
    let project = project.parse().map_err(|_| request::refuse(Error::NotFound))?;
    tasks::create(&ctx, &project, &state, &title).await.map_err(request::refuse)
}

/// The task `key`, for example `WEB-12`.
#[server(prefix = "/fn", endpoint = "get_task", input = server_fn::codec::GetUrl)]
pub async fn get_task(org: String, key: String) -> Result<TaskDetail, AppError> {
    let ctx = request::organization(&org).await?;
    let key = key.parse().map_err(|_| request::refuse(Error::NotFound))?;
    tasks::get(&ctx, &key).await.map_err(request::refuse)
}

/// Changes title and description, which were made from what the task said at `version`. What others have changed since is
/// kept; where it is the same words, a conflict, and nothing is changed: then [`compare_task`] says where.
/// Fields: `title`, `description`.
#[server(prefix = "/fn", endpoint = "update_task")]
pub async fn update_task(
    org: String,
    key: String,
    version: i64,
    title: String,
    description: String,
) -> Result<TaskDetail, AppError> {
    let ctx = request::organization(&org).await?;
    let key = key.parse().map_err(|_| request::refuse(Error::NotFound))?;
    tasks::update(&ctx, &key, version, &title, &description).await.map_err(request::refuse)
}

/// Brings what was written from what the task said at `version` together with what it says now. Changes nothing.
#[server(prefix = "/fn", endpoint = "compare_task")]
pub async fn compare_task(
    org: String,
    key: String,
    version: i64,
    title: String,
    description: String,
) -> Result<Merge, AppError> {
    let ctx = request::organization(&org).await?;
    let key = key.parse().map_err(|_| request::refuse(Error::NotFound))?;
    tasks::compare(&ctx, &key, version, &title, &description).await.map_err(request::refuse)
}

/// As [`update_task`], with texts in pieces, of each of which somebody has chosen what it is to say.
#[server(prefix = "/fn", endpoint = "merge_task")]
pub async fn merge_task(
    org: String,
    key: String,
    version: i64,
    #[server(default)] title: Vec<Part>,
    #[server(default)] description: Vec<Part>,
) -> Result<TaskDetail, AppError> {
    let ctx = request::organization(&org).await?;
    let key = key.parse().map_err(|_| request::refuse(Error::NotFound))?;
    let (title, description) = (compose(&title), compose(&description));
    tasks::update(&ctx, &key, version, &title, &description).await.map_err(request::refuse)
}

/// Moves a task into the column `state` (a slug), right below the task numbered `after`, before the one numbered `before`, or
/// to the column's end; on a board with lanes also out of the lane `out_of` into the lane `into` ([`crate::domain::tasks::lane::Lane`]).
#[server(prefix = "/fn", endpoint = "move_task")]
pub async fn move_task(
    org: String,
    key: String,
    state: String,
    before: Option<i64>,
    after: Option<i64>,
    out_of: Option<String>,
    into: Option<String>,
) -> Result<Moved, AppError> {
    let ctx = request::organization(&org).await?;
    let key = key.parse().map_err(|_| request::refuse(Error::NotFound))?;
    let shift = LaneMove::parse(out_of.as_deref(), into.as_deref()).map_err(|_| request::refuse(Error::BadRequest))?;
    tasks::place(&ctx, &key, &state, Anchor { before, after }, shift).await.map_err(request::refuse)
}

/// Changes one thing about the tasks `keys`, all of them or none: gives `field` the `values`, as they were typed or
/// chosen; empty ones clear it. Gives what undoes it; nothing when they were like that already.
#[server(prefix = "/fn", endpoint = "edit_tasks")]
pub async fn edit_tasks(
    org: String,
    #[server(default)] keys: Vec<String>,
    field: String,
    #[server(default)] values: Vec<String>,
) -> Result<Option<Uuid>, AppError> {
    let ctx = request::organization(&org).await?;
    let keys: Result<Vec<_>, _> = keys.iter().map(|key| key.parse()).collect();
    let keys = keys.map_err(|_| request::refuse(Error::NotFound))?;
    let field = field.parse().map_err(|_| request::refuse(Error::BadRequest))?;
    let edit = Edit::parse(field, &values).map_err(|field| request::refuse(Error::Invalid(vec![field])))?;
    let undo = tasks::edit(&ctx, &keys, &edit).await.map_err(request::refuse)?;
    Ok(undo.map(|done| done.batch.0))
}

/// Takes back what the person did in one go, all of it or nothing. Gives what undoes that again.
#[server(prefix = "/fn", endpoint = "undo")]
pub async fn undo(org: String, batch: Uuid) -> Result<Option<Uuid>, AppError> {
    let ctx = request::organization(&org).await?;
    let undo = tasks::undo(&ctx, BatchId(batch)).await.map_err(request::refuse)?;
    Ok(undo.map(|done| done.batch.0))
}

/// What was said about the task `key` and what happened to it, the first thing first.
#[server(prefix = "/fn", endpoint = "get_activity", input = server_fn::codec::GetUrl)]
pub async fn get_activity(org: String, key: String) -> Result<Vec<Entry>, AppError> {
    let ctx = request::organization(&org).await?;
    let key = key.parse().map_err(|_| request::refuse(Error::NotFound))?;
    activity::of_task(&ctx, &key).await.map_err(request::refuse)
}

/// Comments on the task `key`. Fields: `body`, in Markdown.
#[server(prefix = "/fn", endpoint = "add_comment")]
pub async fn add_comment(org: String, key: String, body: String) -> Result<(), AppError> {
    let ctx = request::organization(&org).await?;
    let key = key.parse().map_err(|_| request::refuse(Error::NotFound))?;
    comments::create(&ctx, &key, &body).await.map_err(request::refuse)
}

/// Changes a comment of one's own. Fields: `body`, in Markdown.
#[server(prefix = "/fn", endpoint = "edit_comment")]
pub async fn edit_comment(org: String, key: String, comment: Uuid, body: String) -> Result<(), AppError> {
    let ctx = request::organization(&org).await?;
    let key = key.parse().map_err(|_| request::refuse(Error::NotFound))?;
    comments::edit(&ctx, &key, CommentId(comment), &body).await.map_err(request::refuse)
}

/// Deletes a comment.
#[server(prefix = "/fn", endpoint = "delete_comment")]
pub async fn delete_comment(org: String, key: String, comment: Uuid) -> Result<(), AppError> {
    let ctx = request::organization(&org).await?;
    let key = key.parse().map_err(|_| request::refuse(Error::NotFound))?;
    comments::delete(&ctx, &key, CommentId(comment)).await.map_err(request::refuse)
}

/// Reacts to a comment with one of the signs that are offered, or takes that back.
#[server(prefix = "/fn", endpoint = "react")]
pub async fn react(org: String, key: String, comment: Uuid, emoji: String) -> Result<(), AppError> {
    let ctx = request::organization(&org).await?;
    let key = key.parse().map_err(|_| request::refuse(Error::NotFound))?;
    comments::react(&ctx, &key, CommentId(comment), &emoji).await.map_err(request::refuse)
}
