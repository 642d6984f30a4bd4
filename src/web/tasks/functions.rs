//! Server functions of tasks.

use leptos::prelude::*;
use uuid::Uuid;

#[cfg(feature = "ssr")]
use crate::domain::tasks::{lane::LaneMove, merge::compose};
use crate::domain::{
    errors::AppError,
    tasks::{
        Moved, TaskCard, TaskDetail,
        activity::{Entry, Revision},
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

/// Creates a task at the end of the column of `state` (a slug) in `project` (a key). Form fields: `title`.
#[server(prefix = "/fn", endpoint = "create_task", protocol = crate::web::call::Post)]
pub async fn create_task(org: String, project: String, state: String, title: String) -> Result<TaskCard, AppError> {
    request::in_organization(&org, async |ctx| tasks::create(&ctx, &project.parse()?, &state, &title).await).await
}

/// Fetches the task `key`, for example `WEB-12`.
#[server(prefix = "/fn", endpoint = "get_task", protocol = crate::web::call::Get)]
pub async fn get_task(org: String, key: String) -> Result<TaskDetail, AppError> {
    request::in_organization(&org, async |ctx| tasks::get(&ctx, &key.parse()?).await).await
}

/// Updates title and description; `version` is the version that the texts were edited from. Later changes of others are
/// merged. If they overlap, the call fails with a conflict and saves nothing; [`compare_task`] returns the overlaps.
/// Form fields: `title`, `description`.
#[server(prefix = "/fn", endpoint = "update_task", protocol = crate::web::call::Post)]
pub async fn update_task(
    org: String,
    key: String,
    version: i64,
    title: String,
    description: String,
) -> Result<TaskDetail, AppError> {
    request::in_organization(&org, async |ctx| tasks::update(&ctx, &key.parse()?, version, &title, &description).await)
        .await
}

/// Merges texts that were edited from `version` with the saved ones, without saving.
#[server(prefix = "/fn", endpoint = "compare_task", protocol = crate::web::call::Post)]
pub async fn compare_task(
    org: String,
    key: String,
    version: i64,
    title: String,
    description: String,
) -> Result<Merge, AppError> {
    request::in_organization(&org, async |ctx| tasks::compare(&ctx, &key.parse()?, version, &title, &description).await)
        .await
}

/// Updates title and description like [`update_task`], from texts in parts. The member has chosen a version for each
/// part.
#[server(prefix = "/fn", endpoint = "merge_task", protocol = crate::web::call::Post)]
pub async fn merge_task(
    org: String,
    key: String,
    version: i64,
    #[server(default)] title: Vec<Part>,
    #[server(default)] description: Vec<Part>,
) -> Result<TaskDetail, AppError> {
    let (title, description) = (compose(&title), compose(&description));
    request::in_organization(&org, async |ctx| tasks::update(&ctx, &key.parse()?, version, &title, &description).await)
        .await
}

/// Moves a task into the column of `state` (a slug): right below task number `after`, right above task number `before`, or to
/// the end. On a board with lanes also from the lane `out_of` to the lane `into` ([`crate::domain::tasks::lane::Lane`]).
#[server(prefix = "/fn", endpoint = "move_task", protocol = crate::web::call::Post)]
pub async fn move_task(
    org: String,
    key: String,
    state: String,
    before: Option<i64>,
    after: Option<i64>,
    out_of: Option<String>,
    into: Option<String>,
) -> Result<Moved, AppError> {
    request::in_organization(&org, async |ctx| {
        let key = key.parse()?;
        let lane_move = LaneMove::parse(out_of.as_deref(), into.as_deref())?;
        tasks::move_to(&ctx, &key, &state, Anchor { before, after }, lane_move).await
    })
    .await
}

/// Sets `field` of the tasks `keys` to `values`, for all or none; empty values clear it. Returns the batch that undoes the
/// change; `None` if no task changed.
#[server(prefix = "/fn", endpoint = "edit_tasks", protocol = crate::web::call::Post)]
pub async fn edit_tasks(
    org: String,
    #[server(default)] keys: Vec<String>,
    field: String,
    #[server(default)] values: Vec<String>,
) -> Result<Option<Uuid>, AppError> {
    request::in_organization(&org, async |ctx| {
        let keys: Vec<_> = keys.iter().map(|key| key.parse()).collect::<Result<_, _>>()?;
        let field = field.parse()?;
        let edit = Edit::parse(field, &values).map_err(|field| Error::Invalid(vec![field]))?;
        let undo = tasks::edit(&ctx, &keys, &edit).await?;
        Ok(undo.map(|done| done.batch.0))
    })
    .await
}

/// The batch that redoes an undone batch, and how many of how many tasks are as before.
pub type Undone = (Option<Uuid>, usize, usize);

/// Undoes a batch of the member's changes. Returns the batch that redoes them, `None` if nothing was left to undo, and how many
/// tasks of how many are as before.
#[server(prefix = "/fn", endpoint = "undo", protocol = crate::web::call::Post)]
pub async fn undo(org: String, batch: Uuid) -> Result<Undone, AppError> {
    request::in_organization(&org, async |ctx| {
        let tasks::Undone { done, restored, of } = tasks::undo(&ctx, BatchId(batch)).await?;
        Ok((done.map(|done| done.batch.0), restored, of))
    })
    .await
}

/// Fetches the comments and changes of the task `key`, oldest first.
#[server(prefix = "/fn", endpoint = "get_activity", protocol = crate::web::call::Get)]
pub async fn get_activity(org: String, key: String) -> Result<Vec<Entry>, AppError> {
    request::in_organization(&org, async |ctx| activity::of_task(&ctx, &key.parse()?).await).await
}

/// Fetches the earlier texts of a comment, the latest first.
#[server(prefix = "/fn", endpoint = "get_comment_history", protocol = crate::web::call::Get)]
pub async fn get_comment_history(org: String, key: String, comment: Uuid) -> Result<Vec<Revision>, AppError> {
    request::in_organization(&org, async |ctx| comments::revisions(&ctx, &key.parse()?, CommentId(comment)).await).await
}

/// Adds a comment to the task `key`. Form fields: `body`, in Markdown.
#[server(prefix = "/fn", endpoint = "add_comment", protocol = crate::web::call::Post)]
pub async fn add_comment(org: String, key: String, body: String) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| comments::create(&ctx, &key.parse()?, &body).await).await
}

/// Edits one of the member's own comments. Form fields: `body`, in Markdown.
#[server(prefix = "/fn", endpoint = "edit_comment", protocol = crate::web::call::Post)]
pub async fn edit_comment(org: String, key: String, comment: Uuid, body: String) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| comments::edit(&ctx, &key.parse()?, CommentId(comment), &body).await)
        .await
}

/// Deletes a comment.
#[server(prefix = "/fn", endpoint = "delete_comment", protocol = crate::web::call::Post)]
pub async fn delete_comment(org: String, key: String, comment: Uuid) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| comments::delete(&ctx, &key.parse()?, CommentId(comment)).await).await
}

/// Toggles the member's reaction to a comment; `emoji` must be one of the offered ones.
#[server(prefix = "/fn", endpoint = "react", protocol = crate::web::call::Post)]
pub async fn react(org: String, key: String, comment: Uuid, emoji: String) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| comments::react(&ctx, &key.parse()?, CommentId(comment), &emoji).await)
        .await
}
