//! Server functions for sub-tasks, relations and watching.

use leptos::prelude::*;
use uuid::Uuid;

use crate::domain::errors::AppError;
#[cfg(feature = "ssr")]
use crate::{
    server::{error::Error, services::tasks},
    web::request,
};

/// Creates a sub-task of the task `key`, in the first column of the unstarted category. Form fields: `title`.
#[server(prefix = "/fn", endpoint = "add_subtask")]
pub async fn add_subtask(org: String, key: String, title: String) -> Result<(), AppError> {
    let ctx = request::organization(&org).await?;
    let key = key.parse().map_err(|_| request::refuse(Error::NotFound))?;
    tasks::create_part(&ctx, &key, &title).await.map_err(request::refuse)?;
    Ok(())
}

/// Adds a relation from the task `key` to another one. Form fields: `relation` and `other`, the other task's key. Returns the
/// batch that undoes it.
#[server(prefix = "/fn", endpoint = "add_relation")]
pub async fn add_relation(org: String, key: String, relation: String, other: String) -> Result<Option<Uuid>, AppError> {
    let ctx = request::organization(&org).await?;
    let key = key.parse().map_err(|_| request::refuse(Error::NotFound))?;
    let relation = relation.parse().map_err(|()| request::refuse(Error::BadRequest))?;
    let undo = tasks::relate(&ctx, &key, relation, &other).await.map_err(request::refuse)?;
    Ok(undo.map(|done| done.batch.0))
}

/// Removes a relation of the task `key`. Returns the batch that undoes it; `None` if the relation did not exist.
#[server(prefix = "/fn", endpoint = "remove_relation")]
pub async fn remove_relation(
    org: String,
    key: String,
    relation: String,
    other: String,
) -> Result<Option<Uuid>, AppError> {
    let ctx = request::organization(&org).await?;
    let parsed = (key.parse(), other.parse());
    let (Ok(key), Ok(other)) = parsed else { return Err(request::refuse(Error::NotFound)) };
    let relation = relation.parse().map_err(|()| request::refuse(Error::BadRequest))?;
    let undo = tasks::unrelate(&ctx, &key, relation, &other).await.map_err(request::refuse)?;
    Ok(undo.map(|done| done.batch.0))
}

/// Makes the member watch the task `key`, or stop watching it.
#[server(prefix = "/fn", endpoint = "set_watching")]
pub async fn set_watching(org: String, key: String, watching: bool) -> Result<(), AppError> {
    let ctx = request::organization(&org).await?;
    let key = key.parse().map_err(|_| request::refuse(Error::NotFound))?;
    tasks::watch(&ctx, &key, watching).await.map_err(request::refuse)
}
