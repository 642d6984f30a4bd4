//! Server functions of the tasks of a person.

use leptos::prelude::*;

use super::model::{Concern, MyWork};
use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::server::{context, services::my_work};

/// A page of the tasks that concern the reader.
#[server(prefix = "/fn", endpoint = "get_my_work", input = server_fn::codec::GetUrl)]
pub async fn get_my_work(org: String, concern: Concern, #[server(default)] page: i64) -> Result<MyWork, AppError> {
    let ctx = context::organization(&org).await?;
    my_work::page(&ctx, concern, page).await.map_err(context::refuse)
}
