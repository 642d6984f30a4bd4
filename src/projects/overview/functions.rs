//! Server functions of a project's overview.

use leptos::prelude::*;

use super::model::Overview;
use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::server::{context, error::Error, services::overview};

/// The project `key` at a glance.
#[server(prefix = "/fn", endpoint = "get_overview", input = server_fn::codec::GetUrl)]
pub async fn get_overview(org: String, key: String) -> Result<Overview, AppError> {
    let ctx = context::organization(&org).await?;
    let key = key.parse().map_err(|_| context::refuse(Error::NotFound))?;
    overview::get(&ctx, &key).await.map_err(context::refuse)
}
