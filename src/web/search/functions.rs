//! Server functions of the search.

use leptos::prelude::*;

use crate::domain::{errors::AppError, search::Found};
#[cfg(feature = "ssr")]
use crate::{server::services::search as service, web::request};

/// Searches the organization with the slug `org` for all words of `q`, or for the key `q`.
///
/// A `kind` (`task`, `comment` or `project`) narrows the search down; empty means all kinds. Pages count from 1.
#[server(prefix = "/fn", endpoint = "search", protocol = crate::web::call::Get)]
pub async fn search(
    org: String,
    q: String,
    #[server(default)] kind: String,
    #[server(default)] page: usize,
) -> Result<Found, AppError> {
    request::in_organization(&org, async |ctx| service::search(&ctx, &q, &kind, page.max(1)).await).await
}
