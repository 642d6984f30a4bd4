//! Sends reminders of due tasks: once on the due date, and once when it has passed.

use std::time::Duration;

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use tokio::sync::watch;
use uuid::Uuid;

use super::recipients::{self, Recipients};
use crate::{
    domain::{
        ids::{BatchId, OrgId},
        inbox::Reason,
        tasks::event::Event,
    },
    server::{
        db::{PlatformTx, ProvenOrg},
        error::Error,
        repo::{
            events::{self, Appended, EventOrigin, NewEvent},
            memberships, organizations,
            tasks::{self, Due},
        },
        state::AppState,
    },
};

/// How often to look whether a new day has begun, or another node has left work.
const POLL_INTERVAL: Duration = Duration::from_mins(5);

/// Maximum number of tasks per transaction.
const BATCH_SIZE: i64 = 500;

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

/// Sends the reminders of today in every organization that has not had them, one organization after the other. An
/// organization that fails is retried on the next run and does not delay the others.
///
/// Batches committed before an error stay.
#[tracing::instrument(skip_all)]
pub async fn remind(app: &AppState) -> Result<(), Error> {
    let mut after = OrgId(Uuid::nil());
    loop {
        let mut tx = app.db.write().await?;
        let today = app.clock.now().date_naive();
        let Some((org, last)) = organizations::claim_day(&mut tx, today, after).await? else { return Ok(()) };
        match remind_batch(app, tx, org, last).await {
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

/// Sends a batch of reminders in `org` and returns whether it was the last. The transaction that claims the day of an
/// organization also sends its reminders: exactly one node does it, or none and the next retries.
async fn remind_batch(app: &AppState, tx: PlatformTx, org: ProvenOrg, last: Option<NaiveDate>) -> Result<bool, Error> {
    let now = app.clock.now();
    let today = now.date_naive();
    let mut tx = tx.into_org(org).await?;
    // Tasks that became due since the last run, and tasks that were due then and have become overdue.
    let after = last.unwrap_or(today - TimeDelta::days(1)) - TimeDelta::days(1);
    let due = tasks::due(&mut tx, after, today, today.and_time(NaiveTime::MIN).and_utc(), BATCH_SIZE).await?;
    let (events, recipients) = due_events(&due);
    let is_last_batch = i64::try_from(events.len()).is_ok_and(|count| count < BATCH_SIZE);
    if is_last_batch {
        organizations::update_reminded_on(&mut tx, today).await?;
    }
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
