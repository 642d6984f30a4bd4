//! Appends events, with everything that is written at the end of a transaction: on `PostgreSQL` in one statement, because
//! other writers of the organization wait from here to the commit.

use super::new_event::{EventOrigin, NewEvent};
use crate::{
    domain::ids::{PersonId, ProjectId},
    server::{
        db::{Driver, OrgTx, execute, scalar_one},
        error::Error,
        repo::{
            json,
            notifications::NewNotification,
            project_visibility::visible_to_member,
            tasks::{self, TaskUpdate},
        },
    },
};

/// Events, and what is written with them.
#[derive(Clone, Copy, Debug)]
pub struct Appended<'a> {
    pub events: &'a [NewEvent],
    /// The row of a task that the events changed, if it was not updated before.
    pub update: Option<&'a TaskUpdate>,
    /// New watchers of tasks. People who are no members are left out.
    pub watchers: &'a [(ProjectId, i64, PersonId)],
    /// Notifications of the events. Those for people who may not see the project are left out.
    pub notifications: &'a [NewNotification],
}

/// Appends events like [`append_all`], and nothing else.
pub async fn append(tx: &mut OrgTx, origin: EventOrigin, events: &[NewEvent]) -> Result<i64, Error> {
    append_all(tx, origin, Appended { events, update: None, watchers: &[], notifications: &[] }).await
}

/// Appends events and returns the number of the last one. The commit announces them to open pages.
///
/// Locks the organization's event counter until the commit, so that numbers ascend in commit order. Transactions append
/// last, so that they hold this lock only briefly.
pub async fn append_all(tx: &mut OrgTx, origin: EventOrigin, all: Appended<'_>) -> Result<i64, Error> {
    let count = i64::try_from(all.events.len()).map_err(|_| Error::BadRequest)?;
    let events = json::text(&all.events.iter().map(event_row).collect::<Result<Vec<_>, _>>()?)?;
    let notifications = json::text(&all.notifications.iter().map(notification_row).collect::<Vec<_>>())?;
    let last = match tx.driver() {
        Driver::Sqlite => append_on_sqlite(tx, origin, all, (count, events, notifications)).await?,
        Driver::Postgres => {
            // New texts are indexed, too, which is done before the lock is taken.
            let (early, update) = match all.update {
                Some(update) if update.has_new_texts() => (Some(update), None),
                update => (None, update),
            };
            if let Some(update) = early {
                tasks::update(tx, update).await?;
            }
            let watchers = json::text(&all.watchers.iter().map(watcher_row).collect::<Vec<_>>())?;
            scalar_one!(
                tx,
                i64,
                on_postgres(&all),
                tx.org(),
                count,
                origin.batch,
                origin.at,
                origin.person,
                events,
                notifications,
                watchers,
                update.map(TaskUpdate::json).transpose()?,
            )?
        }
    };
    tx.announce_events(last);
    Ok(last)
}

async fn append_on_sqlite(
    tx: &mut OrgTx,
    origin: EventOrigin,
    all: Appended<'_>,
    (count, events, notifications): (i64, String, String),
) -> Result<i64, Error> {
    if let Some(update) = all.update {
        tasks::update(tx, update).await?;
    }
    tasks::insert_watchers(tx, all.watchers.iter().copied()).await?;
    let last = scalar_one!(
        tx,
        i64,
        "INSERT INTO event_head (org_id, number) VALUES ($1, $2)
         ON CONFLICT (org_id) DO UPDATE SET number = event_head.number + $2 RETURNING number",
        tx.org(),
        count,
    )?;
    execute!(
        tx,
        "INSERT INTO event (org_id, number, batch_id, at, person_id, project_id, task, body, texts)
         SELECT $1, $2 + c.key, $3, $4, $5, unhex(c.value ->> 0), c.value ->> 1, c.value ->> 2, c.value ->> 3
         FROM json_each($6) c",
        tx.org(),
        last + 1 - count,
        origin.batch,
        origin.at,
        origin.person,
        events,
    )?;
    if !all.notifications.is_empty() {
        execute!(
            tx,
            concat!(
                "INSERT INTO notification (org_id, person_id, event, reason, at)
                 SELECT m.org_id, m.person_id, $2 + (c.value ->> 0), c.value ->> 3, $3
                 FROM json_each($4) c
                 JOIN project q ON q.org_id = $1 AND q.id = unhex(c.value ->> 1)
                 JOIN membership m ON m.org_id = $1 AND m.person_id = unhex(c.value ->> 2) AND m.status = 'active'
                 WHERE ",
                visible_to_member!("q", "m"),
                " ON CONFLICT DO NOTHING",
            ),
            tx.org(),
            last + 1 - count,
            origin.at,
            notifications,
        )?;
    }
    Ok(last)
}

/// The statement with these parts.
macro_rules! on_postgres {
    ($update:expr, $audience:expr) => {
        concat!(
            "WITH ",
            $update,
            " head AS (
                 INSERT INTO event_head (org_id, number) VALUES ($1, $2)
                 ON CONFLICT (org_id) DO UPDATE SET number = event_head.number + $2 RETURNING number),
             logged AS (
                 INSERT INTO event (org_id, number, batch_id, at, person_id, project_id, task, body, texts)
                 SELECT $1, h.number - $2 + c.place, $3, $4, $5, (c.value ->> 0)::uuid, (c.value ->> 1)::bigint,
                        c.value ->> 2, c.value ->> 3
                 FROM head h, json_array_elements($6::json) WITH ORDINALITY AS c (value, place))",
            $audience,
            " SELECT number FROM head"
        )
    };
}

/// Updates the row of a task with all that may change.
macro_rules! row {
    () => {
        "changed AS (
             UPDATE task SET title = u.title, description = u.description, state = u.state, rank = u.rank,
                             priority = u.priority, estimate = u.estimate, start_on = u.start_on, due_on = u.due_on,
                             parent = u.parent, version = u.version, done_at = u.done_at,
                             archived_at = u.archived_at, deleted_at = u.deleted_at, deleted_by = u.deleted_by,
                             updated_at = u.updated_at
             FROM json_to_record($9::json) AS u (
                 project_id uuid, number bigint, title text, description text, state text, rank text, priority bigint,
                 estimate bigint, start_on date, due_on date, parent bigint, version bigint, done_at timestamptz,
                 archived_at timestamptz, deleted_at timestamptz, deleted_by uuid, updated_at timestamptz)
             WHERE task.org_id = $1 AND task.project_id = u.project_id AND task.number = u.number),"
    };
}

/// Updates the row of a task that has only moved.
macro_rules! position {
    () => {
        "changed AS (
             UPDATE task SET state = u.state, rank = u.rank, done_at = u.done_at, updated_at = u.updated_at
             FROM json_to_record($9::json) AS u (
                 project_id uuid, number bigint, state text, rank text, done_at timestamptz, updated_at timestamptz)
             WHERE task.org_id = $1 AND task.project_id = u.project_id AND task.number = u.number),"
    };
}

/// Inserts watchers and notifications.
macro_rules! audience {
    () => {
        concat!(
            ", watching AS (
                 INSERT INTO task_watcher (org_id, project_id, number, person_id)
                 SELECT m.org_id, (c.value ->> 0)::uuid, (c.value ->> 1)::bigint, m.person_id
                 FROM json_array_elements($8::json) AS c (value)
                 JOIN membership m ON m.org_id = $1 AND m.person_id = (c.value ->> 2)::uuid
                 ON CONFLICT DO NOTHING),
             told AS (
                 INSERT INTO notification (org_id, person_id, event, reason, at)
                 SELECT m.org_id, m.person_id, h.number - $2 + 1 + (c.value ->> 0)::bigint, c.value ->> 3, $4
                 FROM head h, json_array_elements($7::json) AS c (value)
                 JOIN project q ON q.org_id = $1 AND q.id = (c.value ->> 1)::uuid
                 JOIN membership m ON m.org_id = $1 AND m.person_id = (c.value ->> 2)::uuid AND m.status = 'active'
                 WHERE ",
            visible_to_member!("q", "m"),
            " ON CONFLICT DO NOTHING)"
        )
    };
}

/// The statement for `PostgreSQL`. It contains only what is needed, because starting each part costs more than its rows.
fn on_postgres(all: &Appended<'_>) -> &'static str {
    let has_audience = !(all.watchers.is_empty() && all.notifications.is_empty());
    match (all.update.map(TaskUpdate::is_move), has_audience) {
        (None, false) => on_postgres!("", ""),
        (None, true) => on_postgres!("", audience!()),
        (Some(true), false) => on_postgres!(position!(), ""),
        (Some(true), true) => on_postgres!(position!(), audience!()),
        (Some(false), false) => on_postgres!(row!(), ""),
        (Some(false), true) => on_postgres!(row!(), audience!()),
    }
}

/// Project, task, body and texts.
type EventRow = (String, Option<i64>, String, Option<String>);

fn event_row(new: &NewEvent) -> Result<EventRow, Error> {
    let mut event = new.event.clone();
    let texts = event.take_texts().map(|texts| json::text(&texts)).transpose()?;
    Ok((json::id_text(new.project.0), new.task, json::text(&event)?, texts))
}

/// The index of the event, project, person and reason.
type NotificationRow = (usize, String, String, &'static str);

fn notification_row(new: &NewNotification) -> NotificationRow {
    let NewNotification { event, project, person, reason } = new;
    (*event, json::id_text(project.0), json::id_text(person.0), reason.slug())
}

/// Project, task and person.
fn watcher_row((project, number, person): &(ProjectId, i64, PersonId)) -> (String, i64, String) {
    (json::id_text(project.0), *number, json::id_text(person.0))
}
