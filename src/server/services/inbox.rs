//! The inbox of a person.

use std::collections::HashMap;

use chrono::{DateTime, Datelike as _, NaiveTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{activity_text::Words, markdown};
use crate::{
    domain::{
        inbox::{Inbox, InboxEntry, InboxTab, News, Reason, Snooze},
        keys::{ProjectKey, TaskKey},
        permissions::Permission,
        projects::StateCategory,
        tasks::event::Event,
    },
    server::{
        access::OrgContext,
        error::Error,
        repo::{
            comments, members,
            notifications::{self, NotificationRow, NotificationUpdate},
            projects,
        },
    },
    web::ui::date,
};

/// The tasks of a page.
const PAGE: i64 = 25;

/// The last page that can be asked for.
const PAGE_MAX: i64 = 10_000;

/// How much is told of a task.
const NEWS_MAX: i64 = 3;

/// How much of a comment is shown.
const QUOTE_MAX: usize = 160;

/// The hour, in UTC, at which what was put off to another day comes back.
const MORNING: NaiveTime = NaiveTime::from_hms_opt(9, 0, 0).expect("an hour of the day");

/// The name that the record of refusals has for what is done in the inbox.
const ACTION: &str = "inbox.update";

/// A page of what the person in `ctx` is told.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`.
pub async fn page(ctx: &OrgContext, shelf: InboxTab, page: i64) -> Result<Inbox, Error> {
    let page = page.clamp(1, PAGE_MAX);
    let mut tx = ctx.read(Permission::ReadTasks).await?;
    // One more shows whether there are others.
    let part = (PAGE + 1, (page - 1) * PAGE);
    let told = notifications::page(&mut tx, ctx.project_scope(), shelf, ctx.now(), part, NEWS_MAX).await?;
    let states = projects::state_names(&mut tx, ctx.project_scope()).await?;
    let visible = states.keys().cloned().collect();
    let people = members::names(&mut tx).await?;
    let words = Words { states, people, labels: HashMap::new(), visible };
    let told = told.into_iter().map(Line::try_from).collect::<Result<Vec<_>, _>>()?;
    let quotes = comments::beginnings(&mut tx, told.iter().filter_map(Line::comment)).await?;
    let mut entries: Vec<InboxEntry> = Vec::new();
    for line in &told {
        if entries.last().is_none_or(|last| last.task != line.task) {
            entries.push(line.entry()?);
        }
        if let Some(last) = entries.last_mut() {
            last.news.push(line.news(&words, &quotes));
            last.more = last.more.saturating_sub(1);
        }
    }
    let shown = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let has_more = entries.len() > shown;
    entries.truncate(shown);
    Ok(Inbox { shelf, entries, page, has_more, as_of: ctx.as_of })
}

/// Marks what is told of the task called `key`, up to the event numbered `upto`, as read or unread.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`; [`Error::NotFound`] when there is no such project.
pub async fn mark_read(ctx: &OrgContext, key: &TaskKey, upto: i64, is_read: bool) -> Result<(), Error> {
    decide(ctx, key, upto, NotificationUpdate::Read(is_read)).await
}

/// Puts it off, or brings it back.
///
/// # Errors
/// As [`mark_read`].
pub async fn snooze(ctx: &OrgContext, key: &TaskKey, upto: i64, until: Option<Snooze>) -> Result<(), Error> {
    decide(ctx, key, upto, NotificationUpdate::Snoozed(until.map(|until| end_of(until, ctx.now())))).await
}

/// Puts it away, or takes it out again.
///
/// # Errors
/// As [`mark_read`].
pub async fn archive(ctx: &OrgContext, key: &TaskKey, upto: i64, is_archived: bool) -> Result<(), Error> {
    decide(ctx, key, upto, NotificationUpdate::Archived(is_archived)).await
}

async fn decide(ctx: &OrgContext, key: &TaskKey, upto: i64, fate: NotificationUpdate) -> Result<(), Error> {
    let mut tx = ctx.write(Permission::ReadTasks, ACTION, &key.to_string()).await?;
    let project = projects::by_key(&mut tx, ctx.project_scope(), &key.project).await?.ok_or(Error::NotFound)?;
    notifications::decide(&mut tx, ctx.person, project.id, key, upto, fate, ctx.now()).await?;
    tx.commit().await
}

/// Marks everything as read that was told up to the event numbered `upto` and is neither put off nor away.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`.
pub async fn mark_all_read(ctx: &OrgContext, upto: i64) -> Result<(), Error> {
    let mut tx = ctx.write(Permission::ReadTasks, ACTION, &ctx.slug).await?;
    notifications::read_all(&mut tx, ctx.person, upto, ctx.now()).await?;
    tx.commit().await
}

/// When something comes back that is put off now.
fn end_of(snooze: Snooze, now: DateTime<Utc>) -> DateTime<Utc> {
    let morning_in = |days: i64| (now.date_naive() + TimeDelta::days(days)).and_time(MORNING).and_utc();
    match snooze {
        Snooze::LaterToday => now + TimeDelta::hours(3),
        Snooze::Tomorrow => morning_in(1),
        Snooze::NextWeek => morning_in(7 - i64::from(now.weekday().num_days_from_monday())),
    }
}

/// How a comment begins, without its markup.
fn quote(body: &str) -> String {
    let said = markdown::plain(body);
    match said.char_indices().nth(QUOTE_MAX) {
        Some((end, _)) => format!("{}…", &said[..end]),
        None => said,
    }
}

/// Something that is told, and why.
struct Line {
    told: NotificationRow,
    task: TaskKey,
    event: Event,
    reason: Reason,
    category: StateCategory,
}

impl TryFrom<NotificationRow> for Line {
    type Error = Error;

    fn try_from(told: NotificationRow) -> Result<Self, Error> {
        let project: ProjectKey = told.project.parse().map_err(|_| Error::Corrupt("project key"))?;
        let event = serde_json::from_str(&told.body).map_err(|_| Error::Corrupt("event"))?;
        let reason = told.reason.parse().map_err(|_| Error::Corrupt("reason"))?;
        let category = told.category.parse().map_err(|_| Error::Corrupt("state category"))?;
        Ok(Self { task: TaskKey { project, number: told.task }, event, reason, category, told })
    }
}

impl Line {
    /// The comment that it tells of.
    const fn comment(&self) -> Option<Uuid> {
        match self.event {
            Event::Commented { comment } | Event::CommentEdited { comment } => Some(comment),
            _ => None,
        }
    }

    fn news(&self, words: &Words, quotes: &HashMap<Uuid, String>) -> News {
        let project = &self.task.project;
        let words = || words.tell(project, &self.event).unwrap_or_else(|| "changed something".to_owned());
        let comment = self.comment();
        let (name, text) = match (&self.event, self.reason) {
            (Event::Due { on }, _) if *on < self.told.at.date_naive() => {
                (None, format!("Overdue since {}", date::day(*on)))
            }
            (Event::Due { .. }, _) => (None, "Due today".to_owned()),
            (_, Reason::Mentioned) if comment.is_some() => (Some(&self.told.name), "mentioned you".to_owned()),
            (_, Reason::Mentioned) => (Some(&self.told.name), "mentioned you in the description".to_owned()),
            (_, Reason::Assigned) => (Some(&self.told.name), "assigned it to you".to_owned()),
            _ if comment.is_some() => (Some(&self.told.name), "commented".to_owned()),
            _ => (Some(&self.told.name), words()),
        };
        News {
            at: self.told.at,
            name: name.cloned(),
            text,
            quote: comment.and_then(|comment| quotes.get(&comment)).map(|body| quote(body)),
            is_unread: self.told.is_unread,
        }
    }

    /// What is told of the task, without the news themselves.
    fn entry(&self) -> Result<InboxEntry, Error> {
        let reason = usize::try_from(self.told.strongest).ok().and_then(|at| Reason::ALL.get(at).copied());
        Ok(InboxEntry {
            task: self.task.clone(),
            title: self.told.title.clone(),
            category: self.category,
            reason: reason.ok_or(Error::Corrupt("reason"))?,
            is_unread: self.told.has_unread,
            snoozed_until: self.told.snoozed_until,
            news: Vec::new(),
            more: usize::try_from(self.told.told).unwrap_or_default(),
            upto: self.told.number,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_off_comes_back_in_the_morning() {
        // A Wednesday, and a Monday.
        for (now, tomorrow, next_week) in [
            ("2026-11-18T22:30:00Z", "2026-11-19T09:00:00Z", "2026-11-23T09:00:00Z"),
            ("2026-11-23T08:00:00Z", "2026-11-24T09:00:00Z", "2026-11-30T09:00:00Z"),
        ] {
            let now: DateTime<Utc> = now.parse().unwrap();
            assert_eq!(end_of(Snooze::LaterToday, now), now + TimeDelta::hours(3));
            assert_eq!(end_of(Snooze::Tomorrow, now), tomorrow.parse::<DateTime<Utc>>().unwrap());
            assert_eq!(end_of(Snooze::NextWeek, now), next_week.parse::<DateTime<Utc>>().unwrap());
        }
    }
}
