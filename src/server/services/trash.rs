//! The trash and the archive of a project. A task in the trash can be restored until it expires; a background job
//! purges it then.

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
        trash::{DAYS, RemovedTask, Trash},
    },
    server::{
        access::OrgContext,
        db::{OrgTx, Rights},
        error::Error,
        repo::{
            audit::{self, Entry, Outcome},
            events::{self, EventOrigin, NewEvent},
            projects,
            tasks::{self, Expired, RemovedRow},
        },
        state::AppState,
    },
};

/// Maximum number of tasks listed per section of the page.
const MAX_LISTED: i64 = 500;

/// How often the background job looks for expired tasks.
const POLL_INTERVAL: Duration = Duration::from_mins(10);

/// Number of tasks fetched per query.
const BATCH_SIZE: i64 = 100;

const PURGE: &str = "task.purge";
/// Audit action of an expiry. The entry names the person who moved the task to the trash.
const EXPIRE: &str = "task.expire";
const NOT_IN_TRASH: &str = "This task isn’t in the bin. Nothing was deleted.";

/// Returns when a task that was moved to the trash at `at` expires.
#[must_use]
pub fn expires_at(at: DateTime<Utc>) -> DateTime<Utc> {
    at + TimeDelta::days(DAYS)
}

/// Days until `end`, rounded up.
fn days_until(end: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
    const DAY: i64 = 24 * 60 * 60;
    ((end - now).num_seconds() + DAY - 1).div_euclid(DAY).clamp(0, DAYS)
}

/// Lists the deleted and archived tasks of the project `key`.
///
/// # Errors
/// [`Error::Forbidden`] without `read:tasks`; [`Error::NotFound`].
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn get(ctx: &OrgContext, key: &ProjectKey) -> Result<Trash, Error> {
    let mut tx = ctx.read(Permission::ReadTasks).await?;
    let project = projects::by_key(&mut tx, ctx.project_scope(), key).await?.ok_or(Error::NotFound)?;
    let now = ctx.now();
    let to_view = |RemovedRow { number, title, at, by }: RemovedRow| RemovedTask {
        key: TaskKey { project: key.clone(), number },
        title,
        at,
        by,
        days_left: days_until(expires_at(at), now),
    };
    let deleted = tasks::list_deleted(&mut tx, project.id, MAX_LISTED).await?;
    let archived = tasks::list_archived(&mut tx, project.id, MAX_LISTED).await?;
    Ok(Trash {
        key: key.clone(),
        name: project.name,
        deleted: deleted.into_iter().map(to_view).collect(),
        archived: archived.into_iter().map(to_view).collect(),
        as_of: ctx.as_of,
    })
}

/// Purges a task that is in the trash.
///
/// # Errors
/// [`Error::Forbidden`] without `delete:tasks`; [`Error::NotFound`]; [`Error::Conflict`] if the task is not in the
/// trash.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn purge(ctx: &OrgContext, key: &TaskKey) -> Result<(), Error> {
    let target = key.to_string();
    let mut work = UnitOfWork::begin(ctx, Permission::DeleteTasks, PURGE, &target).await?;
    let project = projects::locked(work.tx(), ctx.project_scope(), &key.project).await?.ok_or(Error::NotFound)?;
    if !tasks::is_stored(work.tx(), project.id, key.number).await? {
        return Err(Error::NotFound);
    }
    let events = purge_one(work.tx(), project.id, key.number, ctx.now()).await?;
    for NewEvent { project, task, event } in events.ok_or(Error::Conflict(NOT_IN_TRASH))? {
        work.emit(project, task, event);
    }
    ctx.record(work.tx(), PURGE, &target, Outcome::Done).await?;
    work.commit().await?;
    Ok(())
}

/// Purges a task that was moved to the trash before `before`, and returns the events. Its subtasks lose their parent.
/// Returns `None` if there is no such task in the trash.
async fn purge_one(
    tx: &mut OrgTx,
    project: ProjectId,
    number: i64,
    before: DateTime<Utc>,
) -> Result<Option<Vec<NewEvent>>, Error> {
    let subtasks = tasks::detach_subtasks(tx, project, number).await?;
    if !tasks::purge(tx, project, number, before).await? {
        return Ok(None);
    }
    let released = |subtask: i64| {
        let change = FieldChange::Parent(Change { from: Some(number), to: None });
        NewEvent { project, task: Some(subtask), event: Event::changed(vec![change]) }
    };
    let mut events: Vec<_> = subtasks.into_iter().map(released).collect();
    events.push(NewEvent { project, task: None, event: Event::Purged { number } });
    Ok(Some(events))
}

/// Purges expired tasks until the process is stopped.
pub async fn run(app: AppState, mut stopped: watch::Receiver<bool>) {
    loop {
        if let Err(error) = purge_due(&app).await {
            tracing::warn!(%error, "cannot purge expired tasks");
        }
        tokio::select! {
            () = tokio::time::sleep(POLL_INTERVAL) => {}
            _ = stopped.changed() => return,
        }
    }
}

/// Purges expired tasks and returns the count. A task that fails is retried on the next run and does not hold up the
/// others.
#[tracing::instrument(skip_all)]
pub async fn purge_due(app: &AppState) -> Result<usize, Error> {
    let before = app.clock.now() - TimeDelta::days(DAYS);
    let (mut count, mut after) = (0, (OrgId(Uuid::nil()), ProjectId(Uuid::nil()), 0));
    loop {
        let all = tasks::expired(&mut app.db.read().await?, before, after, BATCH_SIZE).await?;
        let Some(last) = all.last() else { return Ok(count) };
        after = (*last.org, last.project, last.number);
        for expired in all {
            match purge_expired(app, &expired, before).await {
                Ok(is_purged) => count += usize::from(is_purged),
                Err(error) => {
                    let Expired { org, key, number, .. } = expired;
                    tracing::warn!(%error, %org, task = format!("{key}-{number}"), "cannot purge an expired task");
                }
            }
        }
    }
}

async fn purge_expired(app: &AppState, expired: &Expired, before: DateTime<Utc>) -> Result<bool, Error> {
    let now = app.clock.now();
    let mut tx = OrgTx::begin_with_rights(&app.db, expired.org, Rights::Keep).await?;
    if !tasks::claim_next(&mut tx, expired.project).await? {
        return Ok(false);
    }
    // The task was restored or purged in the meantime.
    let Some(events) = purge_one(&mut tx, expired.project, expired.number, before).await? else { return Ok(false) };
    let target = format!("{}-{}", expired.key, expired.number);
    let (id, person, outcome) = (app.random.uuid(now), expired.person, Outcome::Done);
    audit::insert(&mut tx, Entry { id, at: now, person, action: EXPIRE, target: &target, outcome }).await?;
    let origin = EventOrigin { batch: BatchId(app.random.uuid(now)), person, at: now };
    events::append(&mut tx, origin, &events).await?;
    tx.commit().await?;
    Ok(true)
}
