//! Server functions of the tasks of a person.

use leptos::prelude::*;

use crate::domain::{
    errors::AppError,
    my_work::{MyTasksFilter, MyWork},
};
#[cfg(feature = "ssr")]
use crate::{server::services::my_work, web::request};

/// A page of the tasks that concern the reader.
#[server(prefix = "/fn", endpoint = "get_my_work", input = server_fn::codec::GetUrl)]
pub async fn get_my_work(
    org: String,
    concern: MyTasksFilter,
    #[server(default)] page: i64,
) -> Result<MyWork, AppError> {
    let ctx = request::organization(&org).await?;
    my_work::page(&ctx, concern, page).await.map_err(request::refuse)
}
