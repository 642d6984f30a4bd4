//! Notifications of events.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::project_visibility::{ProjectScope, visible_to};
use crate::{
    domain::{
        ids::{BatchId, PersonId, ProjectId},
        inbox::{InboxTab, Reason},
        keys::TaskKey,
    },
    server::{
        db::{OrgTx, execute, fetch_all},
        error::Error,
    },
};

/// A notification to insert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewNotification {
    /// The index of the event among those that are appended with it.
    pub event: usize,
    /// The project of the event.
    pub project: ProjectId,
    pub person: PersonId,
    pub reason: Reason,
}

/// A notification with its event and task.
#[derive(Clone, Debug, FromRow)]
pub struct NotificationRow {
    pub number: i64,
    pub at: DateTime<Utc>,
    /// The name of the person who caused the event.
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
    /// The category of the task's state.
    pub category: String,
    /// The number of notifications of the task in the tab.
    pub events: i64,
    /// The strongest reason of these notifications, as an index into [`Reason::ALL`].
    pub strongest: i32,
    /// Whether one of these notifications is unread.
    pub has_unread: bool,
}

/// The statement for a page of an inbox tab. The condition selects notifications `n` of the tab at the time `$4`.
macro_rules! tab_page {
    ($in_tab:literal) => {
        concat!(
            "WITH page AS (
                 SELECT e.project_id, e.task, MAX(COALESCE(n.snoozed_until, n.at)) AS latest, MAX(e.number) AS newest,
                        COUNT(*) AS events, MAX(CASE WHEN n.read_at IS NULL THEN 1 ELSE 0 END) = 1 AS has_unread,
                        MIN(CASE n.reason WHEN 'mentioned' THEN 0 WHEN 'assigned' THEN 1 WHEN 'due' THEN 2 ELSE 3 END)
                            AS strongest
                 FROM notification n
                 JOIN event e ON e.org_id = n.org_id AND e.number = n.event
                 JOIN project q ON q.org_id = e.org_id AND q.id = e.project_id
                 WHERE n.org_id = $1 AND n.person_id = $2 AND e.task IS NOT NULL AND ",
            $in_tab,
            "      AND ",
            visible_to!("q", "$2", "$3"),
            "
                 GROUP BY e.project_id, e.task
                 ORDER BY 3 DESC, 4 DESC LIMIT $5 OFFSET $6),
             news AS (
                 SELECT g.project_id, g.task, g.latest, g.newest, g.events, g.has_unread, g.strongest,
                        n.event, n.reason, n.read_at, n.snoozed_until,
                        ROW_NUMBER() OVER (PARTITION BY g.project_id, g.task ORDER BY n.event DESC) AS place
                 FROM page g
                 JOIN event e ON e.org_id = $1 AND e.project_id = g.project_id AND e.task = g.task
                 JOIN notification n ON n.org_id = $1 AND n.person_id = $2 AND n.event = e.number
                 WHERE ",
            $in_tab,
            ")
             SELECT e.number, e.at, a.name, q.key AS project, e.task, e.body, w.reason, w.read_at IS NULL AS is_unread,
                    w.snoozed_until, t.title, s.category, w.events, w.strongest, w.has_unread
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

/// Lists a page of an inbox tab: at most `limit` tasks after the first `offset`, each with its last `news` notifications.
/// Tasks and their notifications come newest first; a snoozed notification counts from the time it returns.
pub async fn page(
    tx: &mut OrgTx,
    scope: ProjectScope,
    tab: InboxTab,
    now: DateTime<Utc>,
    (limit, offset): (i64, i64),
    news: i64,
) -> Result<Vec<NotificationRow>, Error> {
    let sql = match tab {
        InboxTab::Unread => {
            tab_page!(
                "n.read_at IS NULL AND n.archived_at IS NULL AND (n.snoozed_until IS NULL OR n.snoozed_until <= $4)"
            )
        }
        InboxTab::All => tab_page!("n.archived_at IS NULL AND (n.snoozed_until IS NULL OR n.snoozed_until <= $4)"),
        InboxTab::Snoozed => tab_page!("n.archived_at IS NULL AND n.snoozed_until > $4"),
        InboxTab::Archived => tab_page!("n.archived_at <= $4"),
    };
    Ok(fetch_all!(tx, NotificationRow, sql, tx.org(), scope.person, scope.sees_all, now, limit, offset, news)?)
}

/// A change of a notification's status.
#[derive(Clone, Copy, Debug)]
pub enum NotificationUpdate {
    Read(bool),
    Snoozed(Option<DateTime<Utc>>),
    Archived(bool),
}

/// Updates the notifications of `person` about a task up to the event `upto`. Archiving also marks as read, snoozing as
/// unread.
pub async fn update(
    tx: &mut OrgTx,
    person: PersonId,
    project: ProjectId,
    task: &TaskKey,
    upto: i64,
    update: NotificationUpdate,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    macro_rules! update {
        ($set:literal) => {
            concat!(
                "UPDATE notification SET ",
                $set,
                " WHERE org_id = $1 AND person_id = $2 AND event IN (
                      SELECT number FROM event WHERE org_id = $1 AND project_id = $3 AND task = $4 AND number <= $5)"
            )
        };
    }
    let (sql, at) = match update {
        NotificationUpdate::Read(is_read) => (update!("read_at = $6"), is_read.then_some(now)),
        NotificationUpdate::Snoozed(until) => {
            (update!("snoozed_until = $6, read_at = CASE WHEN $6 IS NULL THEN read_at END"), until)
        }
        NotificationUpdate::Archived(is_archived) => {
            (update!("archived_at = $6, read_at = COALESCE(read_at, $6)"), is_archived.then_some(now))
        }
    };
    execute!(tx, sql, tx.org(), person, project, task.number, upto, at)?;
    Ok(())
}

/// Marks the notifications of `person` up to the event `upto` as read, except snoozed and archived ones.
pub async fn mark_all_read(tx: &mut OrgTx, person: PersonId, upto: i64, now: DateTime<Utc>) -> Result<(), Error> {
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

/// Deletes the notifications of the events of `batch` with this reason.
pub async fn delete_of_batch(tx: &mut OrgTx, batch: BatchId, reason: Reason) -> Result<(), Error> {
    execute!(
        tx,
        "DELETE FROM notification WHERE org_id = $1 AND reason = $3
         AND event IN (SELECT number FROM event WHERE org_id = $1 AND batch_id = $2)",
        tx.org(),
        batch,
        reason.slug(),
    )?;
    Ok(())
}
