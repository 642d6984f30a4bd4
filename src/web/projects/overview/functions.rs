//! Server functions of a project's overview.

use leptos::prelude::*;

use crate::domain::{errors::AppError, projects::overview::Overview};
#[cfg(feature = "ssr")]
use crate::{
    server::{error::Error, services::overview},
    web::request,
};

/// Fetches the overview of the project `key`.
#[server(prefix = "/fn", endpoint = "get_overview", input = server_fn::codec::GetUrl)]
pub async fn get_overview(org: String, key: String) -> Result<Overview, AppError> {
    let ctx = request::organization(&org).await?;
    let key = key.parse().map_err(|_| request::refuse(Error::NotFound))?;
    overview::get(&ctx, &key).await.map_err(request::refuse)
}
