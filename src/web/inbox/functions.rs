//! Server functions of the inbox.

use leptos::prelude::*;

use crate::domain::{
    errors::AppError,
    inbox::{Inbox, InboxTab},
};
#[cfg(feature = "ssr")]
use crate::{server::services::inbox, web::request};

/// Returns one page of a tab of the signed-in person's inbox.
#[server(prefix = "/fn", endpoint = "get_inbox", protocol = crate::web::call::Get)]
pub async fn get_inbox(
    org: String,
    #[server(rename = "shelf")] tab: InboxTab,
    #[server(default)] page: i64,
) -> Result<Inbox, AppError> {
    request::in_organization(&org, async |ctx| inbox::page(&ctx, tab, page).await).await
}

/// Counts the tasks with unread notifications in each organization that this browser is signed in to, by slug; without those
/// where there are none. Empty for a visitor.
#[server(prefix = "/fn", endpoint = "count_unread", protocol = crate::web::call::Get)]
pub async fn count_unread() -> Result<Vec<(String, i64)>, AppError> {
    request::respond(async || match request::browser().await? {
        Some(browser) => inbox::unread_by_organization(&request::app(), browser.id).await,
        None => Ok(Vec::new()),
    })
    .await
}

/// Marks the notifications about the task `key`, up to the event number `upto`, as read or unread.
#[server(prefix = "/fn", endpoint = "mark_read", protocol = crate::web::call::Post)]
pub async fn mark_read(org: String, key: String, upto: i64, read: bool) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| inbox::mark_read(&ctx, &key.parse()?, upto, read).await).await
}

/// Marks all notifications that are neither snoozed nor archived as read, up to the event number `upto`.
#[server(prefix = "/fn", endpoint = "mark_all_read", protocol = crate::web::call::Post)]
pub async fn mark_all_read(org: String, upto: i64) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| inbox::mark_all_read(&ctx, upto).await).await
}

/// Snoozes the notifications about the task `key`, or returns them to the inbox if there is no `until`.
#[server(prefix = "/fn", endpoint = "snooze", protocol = crate::web::call::Post)]
pub async fn snooze(
    org: String,
    key: String,
    upto: i64,
    #[server(default)] until: Option<String>,
) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| {
        let key = key.parse()?;
        let until = until.map(|until| until.parse()).transpose()?;
        inbox::snooze(&ctx, &key, upto, until).await
    })
    .await
}

/// Archives the notifications about the task `key`, or restores them.
#[server(prefix = "/fn", endpoint = "archive_news", protocol = crate::web::call::Post)]
pub async fn archive_news(org: String, key: String, upto: i64, archived: bool) -> Result<(), AppError> {
    request::in_organization(&org, async |ctx| inbox::archive(&ctx, &key.parse()?, upto, archived).await).await
}
