//! What people are told of what happened.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;

use crate::{
    domain::{
        ids::{PersonId, ProjectId},
        inbox::{InboxTab, Reason},
        keys::TaskKey,
    },
    server::{
        db::{Driver, OrgTx, execute, fetch_all, fetch_one},
        error::Error,
        repo::project_visibility::{ProjectScope, visible_to, visible_to_member},
    },
};

/// Somebody who is to be told of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewNotification {
    /// The number of the event, and the project that it is in.
    pub event: i64,
    pub project: ProjectId,
    pub person: PersonId,
    pub reason: Reason,
}

/// A notice as the statement reads it.
#[derive(Serialize)]
struct Row(i64, String, String, &'static str);

/// Writes `notices` down, save for those whom nothing in the project concerns because they may not see it. One statement,
/// however many.
pub async fn put(tx: &mut OrgTx, notices: &[NewNotification], now: DateTime<Utc>) -> Result<(), Error> {
    if notices.is_empty() {
        return Ok(());
    }
    let rows = notices.iter().map(|notice| {
        let NewNotification { event, project, person, reason } = notice;
        Row(*event, project.0.simple().to_string(), person.0.simple().to_string(), reason.slug())
    });
    let rows = serde_json::to_string(&rows.collect::<Vec<_>>()).map_err(|_| Error::Corrupt("notice"))?;
    let sql = match tx.driver() {
        Driver::Sqlite => {
            concat!(
                "INSERT INTO notification (org_id, person_id, event, reason, at)
             SELECT m.org_id, m.person_id, c.value ->> 0, c.value ->> 3, $3
             FROM json_each($2) c
             JOIN project q ON q.org_id = $1 AND q.id = unhex(c.value ->> 1)
             JOIN membership m ON m.org_id = $1 AND m.person_id = unhex(c.value ->> 2) AND m.status = 'active'
             WHERE ",
                visible_to_member!("q", "m"),
                "
             ON CONFLICT DO NOTHING",
            )
        }
        Driver::Postgres => {
            concat!(
                "INSERT INTO notification (org_id, person_id, event, reason, at)
             SELECT m.org_id, m.person_id, (c.value ->> 0)::bigint, c.value ->> 3, $3
             FROM json_array_elements($2::json) AS c (value)
             JOIN project q ON q.org_id = $1 AND q.id = (c.value ->> 1)::uuid
             JOIN membership m ON m.org_id = $1 AND m.person_id = (c.value ->> 2)::uuid AND m.status = 'active'
             WHERE ",
                visible_to_member!("q", "m"),
                "
             ON CONFLICT DO NOTHING",
            )
        }
    };
    execute!(tx, sql, tx.org(), rows, now)?;
    Ok(())
}

/// Of how many tasks something is told that the reader has not read yet and that is not put off.
pub async fn unread(tx: &mut OrgTx, scope: ProjectScope, now: DateTime<Utc>) -> Result<i64, Error> {
    let (count,) = fetch_one!(
        tx,
        (i64,),
        concat!(
            "SELECT COUNT(*) FROM (
             SELECT DISTINCT e.project_id, e.task
             FROM notification n
             JOIN event e ON e.org_id = n.org_id AND e.number = n.event
             JOIN project q ON q.org_id = e.org_id AND q.id = e.project_id
             WHERE n.org_id = $1 AND n.person_id = $2 AND n.read_at IS NULL AND n.archived_at IS NULL
               AND (n.snoozed_until IS NULL OR n.snoozed_until <= $4)
               AND ",
            visible_to!("q", "$2", "$3"),
            ") AS told",
        ),
        tx.org(),
        scope.person,
        scope.sees_all,
        now,
    )?;
    Ok(count)
}

/// Something that the reader is told, with the task that it is about.
#[derive(Clone, Debug, FromRow)]
pub struct NotificationRow {
    pub number: i64,
    pub at: DateTime<Utc>,
    /// Name of who did it.
    pub name: String,
    /// The project's key.
    pub project: String,
    pub task: i64,
    /// The event as JSON, without descriptions.
    pub body: String,
    pub reason: String,
    pub is_unread: bool,
    pub snoozed_until: Option<DateTime<Utc>>,
    pub title: String,
    /// What the state of the task means.
    pub category: String,
    /// How much is told of the task on the shelf, the strongest reason for any of it (its place in [`Reason::ALL`]) and
    /// whether any of it is unread.
    pub told: i64,
    pub strongest: i32,
    pub has_unread: bool,
}

/// A page of a shelf; what is on it is said of the notification `n`, at the time `$4`.
macro_rules! shelf {
    ($on_it:literal) => {
        concat!(
            "WITH page AS (
                 SELECT e.project_id, e.task, MAX(COALESCE(n.snoozed_until, n.at)) AS latest, MAX(e.number) AS newest,
                        COUNT(*) AS told, MAX(CASE WHEN n.read_at IS NULL THEN 1 ELSE 0 END) = 1 AS has_unread,
                        MIN(CASE n.reason WHEN 'mentioned' THEN 0 WHEN 'assigned' THEN 1 WHEN 'due' THEN 2 ELSE 3 END)
                            AS strongest
                 FROM notification n
                 JOIN event e ON e.org_id = n.org_id AND e.number = n.event
                 JOIN project q ON q.org_id = e.org_id AND q.id = e.project_id
                 WHERE n.org_id = $1 AND n.person_id = $2 AND e.task IS NOT NULL AND ",
            $on_it,
            "      AND ",
            visible_to!("q", "$2", "$3"),
            "
                 GROUP BY e.project_id, e.task
                 ORDER BY 3 DESC, 4 DESC LIMIT $5 OFFSET $6),
             news AS (
                 SELECT g.project_id, g.task, g.latest, g.newest, g.told, g.has_unread, g.strongest,
                        n.event, n.reason, n.read_at, n.snoozed_until,
                        ROW_NUMBER() OVER (PARTITION BY g.project_id, g.task ORDER BY n.event DESC) AS place
                 FROM page g
                 JOIN event e ON e.org_id = $1 AND e.project_id = g.project_id AND e.task = g.task
                 JOIN notification n ON n.org_id = $1 AND n.person_id = $2 AND n.event = e.number
                 WHERE ",
            $on_it,
            ")
             SELECT e.number, e.at, a.name, q.key AS project, e.task, e.body, w.reason, w.read_at IS NULL AS is_unread,
                    w.snoozed_until, t.title, s.category, w.told, w.strongest, w.has_unread
             FROM news w
             JOIN event e ON e.org_id = $1 AND e.number = w.event
             JOIN person a ON a.id = e.person_id
             JOIN project q ON q.org_id = $1 AND q.id = w.project_id
             JOIN task t ON t.org_id = $1 AND t.project_id = w.project_id AND t.number = w.task
             JOIN project_state s ON s.org_id = $1 AND s.project_id = w.project_id AND s.slug = t.state
             WHERE w.place <= $7
             ORDER BY w.latest DESC, w.newest DESC, e.number DESC"
        )
    };
}

/// What is told of at most `limit` tasks of a shelf, past the first `offset` of them, the last `news` things of each: the
/// task that something was told of last comes first, and the last thing that was told of it. What was put off counts from
/// when its time has come.
pub async fn page(
    tx: &mut OrgTx,
    scope: ProjectScope,
    shelf: InboxTab,
    now: DateTime<Utc>,
    (limit, offset): (i64, i64),
    news: i64,
) -> Result<Vec<NotificationRow>, Error> {
    let sql = match shelf {
        InboxTab::Unread => {
            shelf!("n.read_at IS NULL AND n.archived_at IS NULL AND (n.snoozed_until IS NULL OR n.snoozed_until <= $4)")
        }
        InboxTab::All => shelf!("n.archived_at IS NULL AND (n.snoozed_until IS NULL OR n.snoozed_until <= $4)"),
        InboxTab::Snoozed => shelf!("n.archived_at IS NULL AND n.snoozed_until > $4"),
        InboxTab::Archived => shelf!("n.archived_at <= $4"),
    };
    Ok(fetch_all!(tx, NotificationRow, sql, tx.org(), scope.person, scope.sees_all, now, limit, offset, news)?)
}

/// What becomes of something that somebody is told.
#[derive(Clone, Copy, Debug)]
pub enum NotificationUpdate {
    Read(bool),
    Snoozed(Option<DateTime<Utc>>),
    Archived(bool),
}

/// Decides what becomes of what `person` is told of a task up to the event numbered `upto`. What is put away is read, and what
/// is put off comes back unread.
pub async fn decide(
    tx: &mut OrgTx,
    person: PersonId,
    project: ProjectId,
    task: &TaskKey,
    upto: i64,
    fate: NotificationUpdate,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    macro_rules! decide {
        ($set:literal) => {
            concat!(
                "UPDATE notification SET ",
                $set,
                " WHERE org_id = $1 AND person_id = $2 AND event IN (
                      SELECT number FROM event WHERE org_id = $1 AND project_id = $3 AND task = $4 AND number <= $5)"
            )
        };
    }
    let (sql, at) = match fate {
        NotificationUpdate::Read(is_read) => (decide!("read_at = $6"), is_read.then_some(now)),
        NotificationUpdate::Snoozed(until) => {
            (decide!("snoozed_until = $6, read_at = CASE WHEN $6 IS NULL THEN read_at END"), until)
        }
        NotificationUpdate::Archived(is_archived) => {
            (decide!("archived_at = $6, read_at = COALESCE(read_at, $6)"), is_archived.then_some(now))
        }
    };
    execute!(tx, sql, tx.org(), person, project, task.number, upto, at)?;
    Ok(())
}

/// Marks everything as read that `person` was told up to the event numbered `upto` and that is neither put off nor away.
pub async fn read_all(tx: &mut OrgTx, person: PersonId, upto: i64, now: DateTime<Utc>) -> Result<(), Error> {
    execute!(
        tx,
        "UPDATE notification SET read_at = $4
         WHERE org_id = $1 AND person_id = $2 AND event <= $3 AND read_at IS NULL AND archived_at IS NULL
           AND (snoozed_until IS NULL OR snoozed_until <= $4)",
        tx.org(),
        person,
        upto,
        now,
    )?;
    Ok(())
}
