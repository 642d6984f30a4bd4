//! Server functions of what a task has to do with others.

use leptos::prelude::*;
use uuid::Uuid;

use crate::domain::errors::AppError;
#[cfg(feature = "ssr")]
use crate::{
    server::{error::Error, services::tasks},
    web::request,
};

/// Creates a task that is a part of the task `key`, in the first column that means work to be done. Fields: `title`.
#[server(prefix = "/fn", endpoint = "add_subtask")]
pub async fn add_subtask(org: String, key: String, title: String) -> Result<(), AppError> {
    let ctx = request::organization(&org).await?;
    let key = key.parse().map_err(|_| request::refuse(Error::NotFound))?;
    tasks::create_part(&ctx, &key, &title).await.map_err(request::refuse)?;
    Ok(())
}

/// Gives the task `key` a relation to another one. Fields: `relation` and `other`, the other task's key. Gives what undoes
/// it.
#[server(prefix = "/fn", endpoint = "add_relation")]
pub async fn add_relation(org: String, key: String, relation: String, other: String) -> Result<Option<Uuid>, AppError> {
    let ctx = request::organization(&org).await?;
    let key = key.parse().map_err(|_| request::refuse(Error::NotFound))?;
    let relation = relation.parse().map_err(|()| request::refuse(Error::BadRequest))?;
    let undo = tasks::relate(&ctx, &key, relation, &other).await.map_err(request::refuse)?;
    Ok(undo.map(|done| done.batch.0))
}

/// Takes a relation of the task `key` away. Gives what undoes it; nothing when it was gone already.
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

/// Has the reader told what happens to the task `key`, or no longer.
#[server(prefix = "/fn", endpoint = "set_watching")]
pub async fn set_watching(org: String, key: String, watching: bool) -> Result<(), AppError> {
    let ctx = request::organization(&org).await?;
    let key = key.parse().map_err(|_| request::refuse(Error::NotFound))?;
    tasks::watch(&ctx, &key, watching).await.map_err(request::refuse)
}
