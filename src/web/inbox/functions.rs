//! Server functions of the inbox.

use leptos::prelude::*;

use crate::domain::{
    errors::AppError,
    inbox::{Inbox, InboxTab},
};
#[cfg(feature = "ssr")]
use crate::{
    server::{error::Error, services::inbox},
    web::request,
};

/// Returns one page of a tab of the signed-in person's inbox.
#[server(prefix = "/fn", endpoint = "get_inbox", input = server_fn::codec::GetUrl)]
pub async fn get_inbox(
    org: String,
    #[server(rename = "shelf")] tab: InboxTab,
    #[server(default)] page: i64,
) -> Result<Inbox, AppError> {
    let ctx = request::organization(&org).await?;
    inbox::page(&ctx, tab, page).await.map_err(request::refuse)
}

/// Marks the notifications about the task `key`, up to the event number `upto`, as read or unread.
#[server(prefix = "/fn", endpoint = "mark_read")]
pub async fn mark_read(org: String, key: String, upto: i64, read: bool) -> Result<(), AppError> {
    let ctx = request::organization(&org).await?;
    let key = key.parse().map_err(|_| request::refuse(Error::NotFound))?;
    inbox::mark_read(&ctx, &key, upto, read).await.map_err(request::refuse)
}

/// Marks all notifications that are neither snoozed nor archived as read, up to the event number `upto`.
#[server(prefix = "/fn", endpoint = "mark_all_read")]
pub async fn mark_all_read(org: String, upto: i64) -> Result<(), AppError> {
    let ctx = request::organization(&org).await?;
    inbox::mark_all_read(&ctx, upto).await.map_err(request::refuse)
}

/// Snoozes the notifications about the task `key`, or returns them to the inbox if there is no `until`.
#[server(prefix = "/fn", endpoint = "snooze")]
pub async fn snooze(
    org: String,
    key: String,
    upto: i64,
    #[server(default)] until: Option<String>,
) -> Result<(), AppError> {
    let ctx = request::organization(&org).await?;
    let key = key.parse().map_err(|_| request::refuse(Error::NotFound))?;
    let until = until.map(|until| until.parse()).transpose().map_err(|_| request::refuse(Error::BadRequest))?;
    inbox::snooze(&ctx, &key, upto, until).await.map_err(request::refuse)
}

/// Archives the notifications about the task `key`, or restores them.
#[server(prefix = "/fn", endpoint = "archive_news")]
pub async fn archive_news(org: String, key: String, upto: i64, archived: bool) -> Result<(), AppError> {
    let ctx = request::organization(&org).await?;
    let key = key.parse().map_err(|_| request::refuse(Error::NotFound))?;
    inbox::archive(&ctx, &key, upto, archived).await.map_err(request::refuse)
}
