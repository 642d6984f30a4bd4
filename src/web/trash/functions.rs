//! Server functions of the trash.

use leptos::prelude::*;

use crate::domain::{errors::AppError, trash::Trash};
#[cfg(feature = "ssr")]
use crate::{server::services::trash, web::request};

/// Fetches the deleted and the archived tasks of the project `key`.
#[server(prefix = "/fn", endpoint = "get_bin", protocol = crate::web::call::Get)]
pub async fn get_trash(org: String, key: String) -> Result<Trash, AppError> {
    request::in_organization(&org, async |ctx| trash::get(&ctx, &key.parse()?).await).await
}

/// Permanently deletes the task `key`, which must be in the trash.
#[server(prefix = "/fn", endpoint = "purge_task", protocol = crate::web::call::Post)]
pub async fn purge_task(org: String, key: String) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| trash::purge(&ctx, &key.parse()?).await).await
}
