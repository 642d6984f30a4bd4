//! Server functions for the provider queue and reconciliation.

use leptos::prelude::*;

use crate::domain::{errors::AppError, organizations::provider_queue::ProviderState};
#[cfg(feature = "ssr")]
use crate::{server::services::provider_changes, web::request};

/// Returns the queued provider commands and the time of the last reconciliation.
#[server(prefix = "/fn", endpoint = "get_provider_state", protocol = crate::web::call::Get)]
pub async fn get_provider_state(org: String) -> Result<ProviderState, AppError> {
    request::in_organization(&org, async |ctx| provider_changes::state(&ctx).await).await
}

/// Retries a provider command now.
#[server(prefix = "/fn", endpoint = "retry_change", protocol = crate::web::call::Post)]
pub async fn retry_change(org: String, id: String) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| provider_changes::retry(&ctx, id.parse()?).await).await
}

/// Discards a failed provider command.
#[server(prefix = "/fn", endpoint = "drop_change", protocol = crate::web::call::Post)]
pub async fn drop_change(org: String, id: String) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| provider_changes::give_up(&ctx, id.parse()?).await).await
}

/// Reconciles the organization with the provider now.
#[server(prefix = "/fn", endpoint = "compare_now", protocol = crate::web::call::Post)]
pub async fn reconcile_now(org: String) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| provider_changes::reconcile_now(&ctx).await).await
}
