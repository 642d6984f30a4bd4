//! The bin and the archive of a project. What is in the bin can be restored for a while, then it is gone.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;
use uuid::Uuid;

use super::unit_of_work::UnitOfWork;
use crate::{
    domain::{
        ids::{BatchId, OrgId, ProjectId},
        keys::{ProjectKey, TaskKey},
        permissions::Permission,
        tasks::{
            event::Event,
            fields::{Change, FieldChange},
        },
        trash::{Away, Bin, DAYS},
    },
    server::{
        access::OrgContext,
        db::{Mode, OrgTx},
        error::Error,
        repo::{
            audit::{self, Entry, Outcome},
            events::{self, Doing, NewEvent},
            projects,
            tasks::{self, Expired, PutAway},
        },
        state::AppState,
    },
};

/// The most of either that a page lists.
const LISTED: i64 = 500;

/// How often the background looks for what is due.
const LOOK_EVERY: Duration = Duration::from_mins(10);

/// How many tasks are looked for at a time.
const AT_ONCE: i64 = 100;

const ACTION: &str = "task.purge";
/// As [`ACTION`], when nobody but time did it; who is named is whoever put the task into the bin.
const EXPIRY: &str = "task.expire";
const NOT_IN_BIN: &str = "This task isn’t in the bin. Nothing was deleted.";

/// When a task that was put into the bin at `at` is deleted for ever.
#[must_use]
pub fn leaves_at(at: DateTime<Utc>) -> DateTime<Utc> {
    at + TimeDelta::days(DAYS)
}

/// How many days there are left, the one that has begun included.
fn days_until(end: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
    const DAY: i64 = 24 * 60 * 60;
    ((end - now).num_seconds() + DAY - 1).div_euclid(DAY).clamp(0, DAYS)
}

/// What is put away in the project called `key`.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`; [`Error::NotFound`].
pub async fn get(ctx: &OrgContext, key: &ProjectKey) -> Result<Bin, Error> {
    let mut tx = ctx.read(Permission::ReadTasks).await?;
    let project = projects::by_key(&mut tx, ctx.project_scope(), key).await?.ok_or(Error::NotFound)?;
    let now = ctx.now();
    let away = |PutAway { number, title, at, by }: PutAway| Away {
        key: TaskKey { project: key.clone(), number },
        title,
        at,
        by,
        days_left: days_until(leaves_at(at), now),
    };
    let deleted = tasks::in_bin(&mut tx, project.id, LISTED).await?;
    let archived = tasks::in_archive(&mut tx, project.id, LISTED).await?;
    Ok(Bin {
        key: key.clone(),
        name: project.name,
        deleted: deleted.into_iter().map(away).collect(),
        archived: archived.into_iter().map(away).collect(),
        as_of: ctx.as_of,
    })
}

/// Deletes a task that is in the bin, for ever.
///
/// # Errors
/// [`Error::Forbidden`] without `delete:tasks`; [`Error::NotFound`]; [`Error::Conflict`] when it is not in the bin.
pub async fn purge(ctx: &OrgContext, key: &TaskKey) -> Result<(), Error> {
    let target = key.to_string();
    let mut change = UnitOfWork::begin(ctx, Permission::DeleteTasks, ACTION, &target).await?;
    let project = projects::locked(change.tx(), ctx.project_scope(), &key.project).await?.ok_or(Error::NotFound)?;
    if tasks::find(change.tx(), project.id, key.number).await?.is_none() {
        return Err(Error::NotFound);
    }
    let told = purge_one(change.tx(), project.id, key.number, ctx.now()).await?;
    for NewEvent { project, task, event } in told.ok_or(Error::Conflict(NOT_IN_BIN))? {
        change.tell(project, task, event);
    }
    ctx.record(change.tx(), ACTION, &target, Outcome::Done).await?;
    change.commit().await?;
    Ok(())
}

/// Deletes a task that was put into the bin before `before`; what is told of it. Its parts become tasks by themselves.
async fn purge_one(
    tx: &mut OrgTx,
    project: ProjectId,
    number: i64,
    before: DateTime<Utc>,
) -> Result<Option<Vec<NewEvent>>, Error> {
    let parts = tasks::release_parts(tx, project, number).await?;
    if !tasks::purge(tx, project, number, before).await? {
        return Ok(None);
    }
    let released = |part: i64| {
        let change = FieldChange::Parent(Change { from: Some(number), to: None });
        NewEvent { project, task: Some(part), event: Event::Changed { changes: vec![change] } }
    };
    let mut told: Vec<_> = parts.into_iter().map(released).collect();
    told.push(NewEvent { project, task: None, event: Event::Purged { number } });
    Ok(Some(told))
}

/// Deletes what has been in the bin for its time until the process is told to stop.
pub async fn run(app: AppState, mut stopped: watch::Receiver<bool>) {
    loop {
        if let Err(error) = purge_due(&app).await {
            tracing::warn!(%error, "what is due in the bins could not be deleted");
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = stopped.changed() => return,
        }
    }
}

/// Deletes what has been in the bin for its time; how many tasks that were. One with which it fails is tried again when it is
/// looked the next time, and holds nothing else up.
///
/// # Errors
/// When the database refuses.
pub async fn purge_due(app: &AppState) -> Result<usize, Error> {
    let before = app.clock.now() - TimeDelta::days(DAYS);
    let (mut count, mut after) = (0, (OrgId(Uuid::nil()), ProjectId(Uuid::nil()), 0));
    loop {
        let all = tasks::expired(&mut app.db.read().await?, before, after, AT_ONCE).await?;
        let Some(last) = all.last() else { return Ok(count) };
        after = (last.org, last.project, last.number);
        for expired in all {
            match purge_as_due(app, &expired, before).await {
                Ok(is_purged) => count += usize::from(is_purged),
                Err(error) => {
                    let Expired { org, key, number, .. } = expired;
                    tracing::warn!(%error, %org, task = format!("{key}-{number}"), "a task stays in the bin");
                }
            }
        }
    }
}

async fn purge_as_due(app: &AppState, expired: &Expired, before: DateTime<Utc>) -> Result<bool, Error> {
    let now = app.clock.now();
    let mut tx = OrgTx::begin(&app.db, expired.org, Mode::Write).await?;
    if !tasks::claim_next(&mut tx, expired.project).await? {
        return Ok(false);
    }
    // Restored meanwhile, or deleted by somebody else.
    let Some(told) = purge_one(&mut tx, expired.project, expired.number, before).await? else { return Ok(false) };
    let target = format!("{}-{}", expired.key, expired.number);
    let (id, person, outcome) = (app.random.uuid(now), expired.person, Outcome::Done);
    audit::record(&mut tx, Entry { id, at: now, person, action: EXPIRY, target: &target, outcome }).await?;
    let doing = Doing { batch: BatchId(app.random.uuid(now)), person, at: now };
    events::append(&mut tx, doing, &told).await?;
    tx.commit().await?;
    Ok(true)
}
