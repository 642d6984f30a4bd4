//! Server functions of tasks.

use leptos::prelude::*;

use super::model::{TaskCard, TaskDetail};
use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::server::{context, error::Error, services::tasks};

/// Creates a task at the end of the column `state` (a slug) of the project `project` (a key). Fields: `title`.
#[server(prefix = "/fn", endpoint = "create_task")]
pub async fn create_task(org: String, project: String, state: String, title: String) -> Result<TaskCard, AppError> {
    let ctx = context::organization(&org).await?;
    let project = project.parse().map_err(|_| context::refuse(Error::NotFound))?;
    tasks::create(&ctx, &project, &state, &title).await.map_err(context::refuse)
}

/// The task `key`, for example `WEB-12`.
#[server(prefix = "/fn", endpoint = "get_task", input = server_fn::codec::GetUrl)]
pub async fn get_task(org: String, key: String) -> Result<TaskDetail, AppError> {
    let ctx = context::organization(&org).await?;
    let key = key.parse().map_err(|_| context::refuse(Error::NotFound))?;
    tasks::get(&ctx, &key).await.map_err(context::refuse)
}

/// Changes title and description, if the task is still at `version`; else a conflict, and nothing is changed.
/// Fields: `title`, `description`.
#[server(prefix = "/fn", endpoint = "update_task")]
pub async fn update_task(
    org: String,
    key: String,
    version: i64,
    title: String,
    description: String,
) -> Result<TaskDetail, AppError> {
    let ctx = context::organization(&org).await?;
    let key = key.parse().map_err(|_| context::refuse(Error::NotFound))?;
    tasks::update(&ctx, &key, version, &title, &description).await.map_err(context::refuse)
}

/// Moves a task into the column `state` (a slug), before the task numbered `before`, or to the column's end.
#[server(prefix = "/fn", endpoint = "move_task")]
pub async fn move_task(org: String, key: String, state: String, before: Option<i64>) -> Result<(), AppError> {
    let ctx = context::organization(&org).await?;
    let key = key.parse().map_err(|_| context::refuse(Error::NotFound))?;
    tasks::place(&ctx, &key, &state, before).await.map_err(context::refuse)
}
