//! Server functions of the settings.

use leptos::prelude::*;

use crate::domain::{errors::AppError, organizations::provider_queue::ProviderState};
#[cfg(feature = "ssr")]
use crate::{
    server::{error::Error, services::provider_changes},
    web::request,
};

/// How far the organization `org` and the provider are in step.
#[server(prefix = "/fn", endpoint = "get_provider_state", input = server_fn::codec::GetUrl)]
pub async fn get_provider_state(org: String) -> Result<ProviderState, AppError> {
    let ctx = request::organization(&org).await?;
    provider_changes::state(&ctx).await.map_err(request::refuse)
}

/// Has the change `id` tried again at once.
#[server(prefix = "/fn", endpoint = "retry_change")]
pub async fn retry_change(org: String, id: String) -> Result<(), AppError> {
    let ctx = request::organization(&org).await?;
    let id = id.parse().map_err(|_| request::refuse(Error::NotFound))?;
    provider_changes::retry(&ctx, id).await.map_err(request::refuse)
}

/// Gives the change `id` up: the provider will not be told.
#[server(prefix = "/fn", endpoint = "drop_change")]
pub async fn drop_change(org: String, id: String) -> Result<(), AppError> {
    let ctx = request::organization(&org).await?;
    let id = id.parse().map_err(|_| request::refuse(Error::NotFound))?;
    provider_changes::give_up(&ctx, id).await.map_err(request::refuse)
}

/// Has the organization compared with the provider now.
#[server(prefix = "/fn", endpoint = "compare_now")]
pub async fn compare_now(org: String) -> Result<(), AppError> {
    let ctx = request::organization(&org).await?;
    provider_changes::compare_now(&ctx).await.map_err(request::refuse)
}
