//! Lists and updates the notifications of a person.

use std::collections::HashMap;

use chrono::{DateTime, Datelike as _, NaiveTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{activity_text::EventNames, markdown};
use crate::domain::dates;
use crate::{
    domain::{
        ids::BrowserId,
        inbox::{Inbox, InboxEntry, InboxTab, News, Reason, Snooze},
        keys::{ProjectKey, TaskKey},
        permissions::Permission,
        projects::StateCategory,
        tasks::event::Event,
    },
    kernel::time_zone::TimeZone,
    server::{
        access::{self, OrgContext},
        error::Error,
        fair_queue::SlotKind,
        repo::{
            comments, members,
            notifications::{self, NotificationRow, NotificationUpdate},
            projects,
            seats::{self, Seat},
        },
        state::AppState,
    },
};

/// Tasks per page.
const PAGE_SIZE: i64 = 25;

/// Number of organizations whose notifications are counted: as many as the switcher lists.
const MAX_COUNTED: i64 = 20;

/// Highest page number that is accepted.
const PAGE_MAX: i64 = 10_000;

/// Maximum number of notifications shown per task.
const NEWS_MAX: i64 = 3;

/// Maximum number of characters of a quoted comment.
const QUOTE_MAX: usize = 160;

/// Time of day, for the person, at which a notification snoozed to another day returns.
const RETURN_TIME: NaiveTime = NaiveTime::from_hms_opt(9, 0, 0).expect("9:00 is a valid time");

/// Audit action of refused inbox updates.
const ACTION: &str = "inbox.update";

/// Returns a page of the notifications of the person in `ctx`, grouped by task.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn page(ctx: &OrgContext, tab: InboxTab, page: i64) -> Result<Inbox, Error> {
    let page = page.clamp(1, PAGE_MAX);
    let mut tx = ctx.read(Permission::ReadTasks).await?;
    // Fetch one more than a page, to find out whether there is a next page.
    let window = (PAGE_SIZE + 1, (page - 1) * PAGE_SIZE);
    let rows = notifications::page(&mut tx, ctx.project_scope(), tab, ctx.now(), window, NEWS_MAX).await?;
    let states = projects::state_names(&mut tx, ctx.project_scope()).await?;
    let visible = states.keys().cloned().collect();
    let people = members::names(&mut tx).await?;
    let names = EventNames { states, people, labels: HashMap::new(), visible };
    let rows = rows.into_iter().map(Notification::try_from).collect::<Result<Vec<_>, _>>()?;
    let quotes = comments::beginnings(&mut tx, rows.iter().filter_map(Notification::comment)).await?;
    let mut entries: Vec<InboxEntry> = Vec::new();
    for notification in &rows {
        if entries.last().is_none_or(|last| last.task != notification.task) {
            entries.push(notification.entry()?);
        }
        if let Some(last) = entries.last_mut() {
            last.news.push(notification.news(&names, &quotes, ctx.time_zone));
            last.more = last.more.saturating_sub(1);
        }
    }
    let page_size = usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX);
    let has_more = entries.len() > page_size;
    entries.truncate(page_size);
    Ok(Inbox { tab, entries, page, has_more, as_of: ctx.as_of })
}

/// Counts the tasks with unread notifications in each organization that `browser` is signed in to, by slug; without those where
/// there are none. Each count is of the person who acts there, in a transaction of that organization, one after the other.
#[tracing::instrument(skip_all)]
pub async fn unread_by_organization(state: &AppState, browser: BrowserId) -> Result<Vec<(String, i64)>, Error> {
    let seats = seats::open(&mut state.db.read().await?, browser, state.clock.now(), MAX_COUNTED).await?;
    let mut counts = Vec::new();
    for seat in seats {
        let slug = seat.slug.clone();
        match unread_at(state, seat).await {
            Ok(0) => {}
            Ok(unread) => counts.push((slug, unread)),
            Err(error) => tracing::debug!(org = %slug, %error, "no count of unread notifications"),
        }
    }
    Ok(counts)
}

async fn unread_at(state: &AppState, seat: Seat) -> Result<i64, Error> {
    let Some((ctx, _slot)) = access::as_known(state, seat, SlotKind::Request).await? else { return Ok(0) };
    let mut tx = ctx.read(Permission::ReadTasks).await?;
    projects::unread(&mut tx, ctx.project_scope(), ctx.now()).await
}

/// Marks the notifications of the task `key`, up to the event `upto`, as read or unread.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`; [`Error::NotFound`] if the project does not exist.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn mark_read(ctx: &OrgContext, key: &TaskKey, upto: i64, is_read: bool) -> Result<(), Error> {
    update(ctx, key, upto, NotificationUpdate::Read(is_read)).await
}

/// Snoozes the notifications of a task, or ends the snooze.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn snooze(ctx: &OrgContext, key: &TaskKey, upto: i64, until: Option<Snooze>) -> Result<(), Error> {
    update(
        ctx,
        key,
        upto,
        NotificationUpdate::Snoozed(until.map(|until| snoozed_until(until, ctx.now(), ctx.time_zone))),
    )
    .await
}

/// Archives the notifications of a task, or takes them out of the archive.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn archive(ctx: &OrgContext, key: &TaskKey, upto: i64, is_archived: bool) -> Result<(), Error> {
    update(ctx, key, upto, NotificationUpdate::Archived(is_archived)).await
}

async fn update(ctx: &OrgContext, key: &TaskKey, upto: i64, change: NotificationUpdate) -> Result<(), Error> {
    let mut tx = ctx.write(Permission::ReadTasks, ACTION, &key.to_string()).await?;
    let project = projects::by_key(&mut tx, ctx.project_scope(), &key.project).await?.ok_or(Error::NotFound)?;
    notifications::update(&mut tx, ctx.person, project.id, key, upto, change, ctx.now()).await?;
    tx.commit().await
}

/// Marks all notifications up to the event `upto` as read that are neither snoozed nor archived.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn mark_all_read(ctx: &OrgContext, upto: i64) -> Result<(), Error> {
    let mut tx = ctx.write(Permission::ReadTasks, ACTION, &ctx.slug).await?;
    notifications::mark_all_read(&mut tx, ctx.person, upto, ctx.now()).await?;
    tx.commit().await
}

/// Returns when a notification snoozed at `now` returns to a person in `zone`.
fn snoozed_until(snooze: Snooze, now: DateTime<Utc>, zone: TimeZone) -> DateTime<Utc> {
    let today = zone.day(now);
    let morning_in = |days: i64| zone.at(today + TimeDelta::days(days), RETURN_TIME);
    match snooze {
        Snooze::LaterToday => now + TimeDelta::hours(3),
        Snooze::Tomorrow => morning_in(1),
        Snooze::NextWeek => morning_in(7 - i64::from(today.weekday().num_days_from_monday())),
    }
}

/// Returns the beginning of a comment as plain text.
fn quote(body: &str) -> String {
    let plain = markdown::plain(body);
    match plain.char_indices().nth(QUOTE_MAX) {
        Some((end, _)) => format!("{}…", &plain[..end]),
        None => plain,
    }
}

/// A notification with its parsed values.
struct Notification {
    row: NotificationRow,
    task: TaskKey,
    event: Event,
    reason: Reason,
    category: StateCategory,
}

impl TryFrom<NotificationRow> for Notification {
    type Error = Error;

    fn try_from(row: NotificationRow) -> Result<Self, Error> {
        let project: ProjectKey = row.project.parse().map_err(|_| Error::Corrupt("project key"))?;
        let event = serde_json::from_str(&row.body).map_err(|_| Error::Corrupt("event"))?;
        let reason = row.reason.parse().map_err(|_| Error::Corrupt("reason"))?;
        let category = row.category.parse().map_err(|_| Error::Corrupt("state category"))?;
        Ok(Self { task: TaskKey { project, number: row.task }, event, reason, category, row })
    }
}

impl Notification {
    /// Id of the comment that the event is about.
    const fn comment(&self) -> Option<Uuid> {
        match self.event {
            Event::Commented { comment } | Event::CommentEdited { comment } => Some(comment),
            _ => None,
        }
    }

    fn news(&self, names: &EventNames, quotes: &HashMap<Uuid, String>, zone: TimeZone) -> News {
        let project = &self.task.project;
        let description = || names.describe(project, &self.event).unwrap_or_else(|| "changed something".to_owned());
        let comment = self.comment();
        let (name, text) = match (&self.event, self.reason) {
            (Event::Due { on }, _) if self.category.is_done() => (None, format!("Was due on {}", dates::day(*on))),
            (Event::Due { on }, _) if *on < zone.day(self.row.at) => {
                (None, format!("Overdue since {}", dates::day(*on)))
            }
            (Event::Due { .. }, _) => (None, "Due today".to_owned()),
            (_, Reason::Mentioned) if comment.is_some() => (Some(&self.row.name), "mentioned you".to_owned()),
            (_, Reason::Mentioned) => (Some(&self.row.name), "mentioned you in the description".to_owned()),
            (_, Reason::Assigned) => (Some(&self.row.name), "assigned it to you".to_owned()),
            _ if comment.is_some() => (Some(&self.row.name), "commented".to_owned()),
            _ => (Some(&self.row.name), description()),
        };
        News {
            at: self.row.at,
            name: name.cloned(),
            text,
            quote: comment.and_then(|comment| quotes.get(&comment)).map(|body| quote(body)),
            is_unread: self.row.is_unread,
        }
    }

    /// Builds the inbox entry of the task, without its notifications.
    fn entry(&self) -> Result<InboxEntry, Error> {
        let reason = usize::try_from(self.row.strongest).ok().and_then(|at| Reason::ALL.get(at).copied());
        Ok(InboxEntry {
            task: self.task.clone(),
            title: self.row.title.clone(),
            category: self.category,
            reason: reason.ok_or(Error::Corrupt("reason"))?,
            is_unread: self.row.has_unread,
            snoozed_until: self.row.snoozed_until,
            news: Vec::new(),
            more: usize::try_from(self.row.events).unwrap_or_default(),
            upto: self.row.number,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snoozed_notifications_return_in_the_morning() {
        // A Wednesday, which is Thursday in Auckland already; a Monday, which is still Sunday in Los Angeles.
        for (zone, now, tomorrow, next_week) in [
            ("UTC", "2026-11-18T22:30:00Z", "2026-11-19T09:00:00Z", "2026-11-23T09:00:00Z"),
            ("Pacific/Auckland", "2026-11-18T22:30:00Z", "2026-11-19T20:00:00Z", "2026-11-22T20:00:00Z"),
            ("UTC", "2026-11-23T08:00:00Z", "2026-11-24T09:00:00Z", "2026-11-30T09:00:00Z"),
            ("America/Los_Angeles", "2026-11-23T07:00:00Z", "2026-11-23T17:00:00Z", "2026-11-23T17:00:00Z"),
        ] {
            let zone: TimeZone = zone.parse().unwrap();
            let now: DateTime<Utc> = now.parse().unwrap();
            assert_eq!(snoozed_until(Snooze::LaterToday, now, zone), now + TimeDelta::hours(3));
            assert_eq!(snoozed_until(Snooze::Tomorrow, now, zone), tomorrow.parse::<DateTime<Utc>>().unwrap());
            assert_eq!(snoozed_until(Snooze::NextWeek, now, zone), next_week.parse::<DateTime<Utc>>().unwrap());
        }
    }
}
