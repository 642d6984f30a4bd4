//! Reminding people of what is due: once on the day, and once when it has passed.

use std::time::Duration;

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use tokio::sync::watch;
use uuid::Uuid;

use super::recipients::{self, Concerned};
use crate::{
    domain::{
        ids::{BatchId, OrgId},
        inbox::Reason,
        tasks::event::Event,
    },
    server::{
        db::PlatformTx,
        error::Error,
        repo::{
            events::{self, Doing, NewEvent},
            memberships,
            notifications::{self, NewNotification},
            organizations,
            tasks::{self, Due},
        },
        state::AppState,
    },
};

/// How often it is looked whether a day has begun, or another node has left something to do.
const LOOK_EVERY: Duration = Duration::from_mins(5);

/// Of how many tasks people are reminded in one transaction.
const AT_ONCE: i64 = 500;

/// Reminds until the process is told to stop.
pub async fn run(app: AppState, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            reminded = remind(&app) => {
                if let Err(error) = reminded {
                    tracing::warn!(%error, "nobody could be reminded of what is due");
                }
            }
            _ = stopped.changed() => return,
        }
        if tokio::time::timeout(LOOK_EVERY, stopped.changed()).await.is_ok() {
            return;
        }
    }
}

/// Reminds people in every organization in which it was not done today, one organization after the other. One in which it
/// fails is tried again when it is looked the next time, and holds nobody else up.
///
/// # Errors
/// When the database refuses; what was done until then stays.
pub async fn remind(app: &AppState) -> Result<(), Error> {
    let mut after = OrgId(Uuid::nil());
    loop {
        let mut tx = app.db.write().await?;
        let today = app.clock.now().date_naive();
        let Some((org, last)) = organizations::claim_day(&mut tx, today, after).await? else { return Ok(()) };
        match remind_some(app, tx, org, last).await {
            // There is more to do.
            Ok(false) => {}
            Ok(true) => after = org,
            Err(error) => {
                tracing::warn!(%error, %org, "people could not be reminded of what is due");
                after = org;
            }
        }
    }
}

/// Reminds the people of `org` of some tasks; whether that were all. Whoever takes the day of an organization reminds its
/// people in the same transaction: it is done once, by one node, or not at all and by the next.
async fn remind_some(app: &AppState, tx: PlatformTx, org: OrgId, last: Option<NaiveDate>) -> Result<bool, Error> {
    let now = app.clock.now();
    let today = now.date_naive();
    let mut tx = tx.into_org(org).await?;
    // What became due since the last time, and what was due then and has passed since.
    let after = last.unwrap_or(today - TimeDelta::days(1)) - TimeDelta::days(1);
    let due = tasks::due(&mut tx, after, today, today.and_time(NaiveTime::MIN).and_utc(), AT_ONCE).await?;
    let (events, concerned) = told(&due);
    let is_all = i64::try_from(events.len()).is_ok_and(|count| count < AT_ONCE);
    if is_all {
        organizations::end_day(&mut tx, today).await?;
    }
    if !events.is_empty() {
        // Nobody did it; events have an author all the same, who is not shown.
        let doing = Doing { batch: BatchId(app.random.uuid(now)), person: memberships::owner(&mut tx).await?, at: now };
        let last = events::append(&mut tx, doing, &events).await?;
        let notices: Vec<NewNotification> = recipients::numbered(&events, &concerned, last);
        notifications::put(&mut tx, &notices, now).await?;
    }
    tx.commit().await?;
    Ok(is_all)
}

/// An event for each task, and whom it concerns.
fn told(due: &[Due]) -> (Vec<NewEvent>, Concerned) {
    let (mut events, mut concerned): (Vec<NewEvent>, _) = (Vec::new(), Concerned::new());
    for one in due {
        let is_same = |last: &NewEvent| (last.project, last.task) == (one.project_id, Some(one.number));
        if !events.last().is_some_and(is_same) {
            events.push(NewEvent {
                project: one.project_id,
                task: Some(one.number),
                event: Event::Due { on: one.due_on },
            });
        }
        concerned.insert((events.len() - 1, one.person_id), Reason::Due);
    }
    (events, concerned)
}
