//! Server functions of the trash.

use leptos::prelude::*;

use crate::domain::{errors::AppError, trash::Trash};
#[cfg(feature = "ssr")]
use crate::{
    server::{error::Error, services::trash},
    web::request,
};

/// Fetches the deleted and the archived tasks of the project `key`.
#[server(prefix = "/fn", endpoint = "get_bin", input = server_fn::codec::GetUrl)]
pub async fn get_trash(org: String, key: String) -> Result<Trash, AppError> {
    let ctx = request::organization(&org).await?;
    let key = key.parse().map_err(|_| request::refuse(Error::NotFound))?;
    trash::get(&ctx, &key).await.map_err(request::refuse)
}

/// Permanently deletes the task `key`, which must be in the trash.
#[server(prefix = "/fn", endpoint = "purge_task")]
pub async fn purge_task(org: String, key: String) -> Result<(), AppError> {
    let ctx = request::organization(&org).await?;
    let key = key.parse().map_err(|_| request::refuse(Error::NotFound))?;
    trash::purge(&ctx, &key).await.map_err(request::refuse)
}
