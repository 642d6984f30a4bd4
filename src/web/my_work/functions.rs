//! Server functions of the member's own tasks.

use leptos::prelude::*;

use crate::domain::{
    errors::AppError,
    my_work::{MyTasksFilter, MyWork},
};
#[cfg(feature = "ssr")]
use crate::{server::services::my_work, web::request};

/// Fetches a page of the member's tasks; `filter` selects assigned, created or watched ones.
#[server(prefix = "/fn", endpoint = "get_my_work", protocol = crate::web::call::Get)]
pub async fn get_my_work(
    org: String,
    #[server(rename = "concern")] filter: MyTasksFilter,
    #[server(default)] page: i64,
) -> Result<MyWork, AppError> {
    request::in_organization(&org, async |ctx| my_work::page(&ctx, filter, page).await).await
}
