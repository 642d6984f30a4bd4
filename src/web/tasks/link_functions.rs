//! Server functions for sub-tasks, relations and watching.

use leptos::prelude::*;
use uuid::Uuid;

use crate::domain::errors::AppError;
#[cfg(feature = "ssr")]
use crate::{server::services::tasks, web::request};

/// Creates a sub-task of the task `key`, in the first column of the unstarted category. Form fields: `title`.
#[server(prefix = "/fn", endpoint = "add_subtask", protocol = crate::web::call::Post)]
pub async fn add_subtask(org: String, key: String, title: String) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| tasks::create_part(&ctx, &key.parse()?, &title).await.map(drop)).await
}

/// Adds a relation from the task `key` to another one. Form fields: `relation` and `other`, the other task's key. Returns the
/// batch that undoes it.
#[server(prefix = "/fn", endpoint = "add_relation", protocol = crate::web::call::Post)]
pub async fn add_relation(org: String, key: String, relation: String, other: String) -> Result<Option<Uuid>, AppError> {
    request::in_organization(&org, async |ctx| {
        let key = key.parse()?;
        let relation = relation.parse()?;
        let undo = tasks::relate(&ctx, &key, relation, &other).await?;
        Ok(undo.map(|done| done.batch.0))
    })
    .await
}

/// Removes a relation of the task `key`. Returns the batch that undoes it; `None` if the relation did not exist.
#[server(prefix = "/fn", endpoint = "remove_relation", protocol = crate::web::call::Post)]
pub async fn remove_relation(
    org: String,
    key: String,
    relation: String,
    other: String,
) -> Result<Option<Uuid>, AppError> {
    request::in_organization(&org, async |ctx| {
        let (key, other) = (key.parse()?, other.parse()?);
        let relation = relation.parse()?;
        let undo = tasks::unrelate(&ctx, &key, relation, &other).await?;
        Ok(undo.map(|done| done.batch.0))
    })
    .await
}

/// Makes the member watch the task `key`, or stop watching it.
#[server(prefix = "/fn", endpoint = "set_watching", protocol = crate::web::call::Post)]
pub async fn set_watching(org: String, key: String, watching: bool) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| tasks::watch(&ctx, &key.parse()?, watching).await).await
}
