//! Sends reminders of due tasks: once on the due date, and once when it has passed. A day begins and ends where the person is.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use tokio::sync::watch;
use uuid::Uuid;

use super::recipients::{self, Recipients};
use crate::{
    domain::{
        ids::{BatchId, OrgId},
        inbox::Reason,
        tasks::event::Event,
    },
    kernel::time_zone::TimeZone,
    server::{
        db::{OrgTx, ProvenOrg, Rights},
        error::Error,
        repo::{
            events::{self, Appended, EventOrigin, NewEvent},
            memberships, organizations,
            tasks::{self, Due},
        },
        state::AppState,
    },
};

/// How often to look whether a day has begun for somebody, a date was set, or another node has left work.
const POLL_INTERVAL: Duration = Duration::from_mins(1);

/// Maximum number of reminders per transaction.
const BATCH_SIZE: i64 = 500;

/// How far back due dates are reminded of after a pause, for example when a backup was restored.
const LATEST: TimeDelta = TimeDelta::days(14);

/// Sends reminders until the process is stopped.
pub async fn run(app: AppState, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            outcome = remind(&app) => {
                if let Err(error) = outcome {
                    tracing::warn!(%error, "cannot send reminders");
                }
            }
            _ = stopped.changed() => return,
        }
        if tokio::time::timeout(POLL_INTERVAL, stopped.changed()).await.is_ok() {
            return;
        }
    }
}

/// Sends the reminders of every organization where a day has begun for somebody, or a date was set, one organization after
/// the other. An organization that fails is retried on the next run and does not delay the others.
///
/// Batches committed before an error stay.
#[tracing::instrument(skip_all)]
pub async fn remind(app: &AppState) -> Result<(), Error> {
    let mut after = OrgId(Uuid::nil());
    loop {
        let mut tx = app.db.read().await?;
        let now = app.clock.now();
        let Some(org) = organizations::next_to_remind(&mut tx, now, after).await? else { return Ok(()) };
        drop(tx);
        match remind_batch(app, org).await {
            // More tasks of the same organization.
            Ok(false) => {}
            Ok(true) => after = *org,
            Err(error) => {
                tracing::warn!(%error, %org, "cannot send the reminders of an organization");
                after = *org;
            }
        }
    }
}

/// Sends a batch of reminders in `org` and returns whether it was the last. The transaction that claims the reminders of an
/// organization also sends them: exactly one node does it, or none and the next retries.
///
/// It begins with the lock on rights, like every other write: a member who leaves holds the membership, which a reminder refers
/// to, until after the last event, which a reminder locks before.
async fn remind_batch(app: &AppState, org: ProvenOrg) -> Result<bool, Error> {
    let now = app.clock.now();
    let today = now.date_naive();
    let mut tx = OrgTx::begin_with_rights(&app.db, org, Rights::Keep).await?;
    // Another node has just sent them, or is sending them.
    let Some(last) = organizations::claim_reminders(&mut tx, now).await? else { return Ok(true) };
    let zones = memberships::time_zones(&mut tx).await?;
    let zones: Vec<_> = zones.into_iter().map(|name| (memberships::zone_named(name.as_deref()), name)).collect();
    // Where it is latest, yesterday began after the last reminders.
    let first = last.unwrap_or(today).max(today - LATEST) - TimeDelta::days(1);
    let due = due(&mut tx, &zones, first, now).await?;
    let is_last_batch = i64::try_from(due.len()).is_ok_and(|count| count < BATCH_SIZE);
    if is_last_batch {
        let next = zones.iter().map(|(zone, _)| zone.start_of(zone.day(now) + TimeDelta::days(1))).min();
        organizations::update_reminded(&mut tx, today, next.unwrap_or(now + TimeDelta::days(1))).await?;
    }
    let (events, recipients) = due_events(&due);
    if !events.is_empty() {
        // A reminder has no author, but an event needs one. Pages do not show it.
        let origin =
            EventOrigin { batch: BatchId(app.random.uuid(now)), person: memberships::owner(&mut tx).await?, at: now };
        let notifications = recipients::notifications(&events, &recipients);
        let all = Appended { events: &events, update: None, watchers: &[], notifications: &notifications };
        events::append_all(&mut tx, origin, all).await?;
    }
    tx.commit().await?;
    Ok(is_last_batch)
}

/// Lists the reminders that are due from the day `first` on, at most a batch: of tasks that are due where a person is, and of
/// those that have become overdue there.
async fn due(
    tx: &mut OrgTx,
    zones: &[(TimeZone, Option<String>)],
    first: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Vec<Due>, Error> {
    let mut found = Vec::new();
    for (zone, name) in zones {
        let today = zone.day(now);
        for day in first.iter_days().take_while(|day| *day <= today) {
            let since = zone.start_of(today.min(day + TimeDelta::days(1)));
            let room = BATCH_SIZE - i64::try_from(found.len()).unwrap_or(BATCH_SIZE);
            found.extend(tasks::due(tx, name.as_deref(), day, since, room).await?);
        }
    }
    // A task that is due for people in several zones has one event.
    found.sort_by_key(|due| (due.project_id, due.number, due.due_on));
    Ok(found)
}

/// Builds an event for each task, and its recipients.
fn due_events(due: &[Due]) -> (Vec<NewEvent>, Recipients) {
    let (mut events, mut recipients): (Vec<NewEvent>, _) = (Vec::new(), Recipients::new());
    for row in due {
        let is_same = |last: &NewEvent| (last.project, last.task) == (row.project_id, Some(row.number));
        if !events.last().is_some_and(is_same) {
            events.push(NewEvent {
                project: row.project_id,
                task: Some(row.number),
                event: Event::Due { on: row.due_on },
            });
        }
        recipients.insert((events.len() - 1, row.person_id), Reason::Due);
    }
    (events, recipients)
}
