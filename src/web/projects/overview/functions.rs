//! Server functions of a project's overview.

use leptos::prelude::*;

use crate::domain::{errors::AppError, projects::overview::Overview};
#[cfg(feature = "ssr")]
use crate::{server::services::overview, web::request};

/// Fetches the overview of the project `key`.
#[server(prefix = "/fn", endpoint = "get_overview", protocol = crate::web::call::Get)]
pub async fn get_overview(org: String, key: String) -> Result<Overview, AppError> {
    request::in_organization(&org, async |ctx| overview::get(&ctx, &key.parse()?).await).await
}
