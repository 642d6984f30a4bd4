//! Tasks of a person over all projects of the organization.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;

use crate::{
    domain::{
        ids::{PersonId, ProjectId},
        keys::{ProjectKey, TaskKey},
        my_work::{MyTask, MyTasksFilter},
        tasks::{event::Event, priority::Priority},
    },
    server::{
        db::{OrgTx, fetch_all},
        error::Error,
        repo::{
            json,
            project_visibility::{ProjectScope, visible_to, visible_to_member},
        },
    },
};

#[derive(FromRow)]
struct Row {
    project: String,
    number: i64,
    title: String,
    state: String,
    category: String,
    priority: i64,
    due_on: Option<NaiveDate>,
    is_done: bool,
}

impl TryFrom<Row> for MyTask {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let project: ProjectKey = row.project.parse().map_err(|_| Error::Corrupt("project key"))?;
        Ok(Self {
            key: TaskKey { project, number: row.number },
            title: row.title,
            state: row.state,
            category: row.category.parse().map_err(|_| Error::Corrupt("state category"))?,
            priority: Priority::try_from(row.priority).map_err(|_| Error::Corrupt("priority"))?,
            due_on: row.due_on,
            is_done: row.is_done,
        })
    }
}

/// The statement for the tasks that match the condition, in projects that are not archived.
macro_rules! for_person {
    ($from:literal, $condition:literal) => {
        concat!(
            "SELECT q.key AS project, t.number, t.title, s.name AS state, s.category, t.priority, t.due_on,
                    t.done_at IS NOT NULL AS is_done FROM ",
            $from,
            " JOIN project q ON q.org_id = t.org_id AND q.id = t.project_id
              JOIN project_state s ON s.org_id = t.org_id AND s.project_id = t.project_id AND s.slug = t.state
              WHERE ",
            $condition,
            " AND t.deleted_at IS NULL AND t.archived_at IS NULL AND q.archived_at IS NULL
              AND ",
            visible_to!("q", "$2", "$3"),
            "
              ORDER BY CASE WHEN t.done_at IS NULL THEN 0 ELSE 1 END, t.due_on IS NULL,
                       t.due_on, CASE WHEN t.priority = 0 THEN 5 ELSE t.priority END, q.key, t.number
              LIMIT $4 OFFSET $5"
        )
    };
}

/// Lists a page of a person's tasks in projects that `scope` may see: open tasks first, then by due date, then by
/// priority.
pub async fn for_person(
    tx: &mut OrgTx,
    scope: ProjectScope,
    filter: MyTasksFilter,
    (limit, offset): (i64, i64),
) -> Result<Vec<MyTask>, Error> {
    let sql = match filter {
        MyTasksFilter::Assigned => for_person!(
            "task_assignee c JOIN task t ON t.org_id = c.org_id AND t.project_id = c.project_id AND t.number = c.number",
            "c.org_id = $1 AND c.person_id = $2"
        ),
        MyTasksFilter::Created => for_person!("task t", "t.org_id = $1 AND t.created_by = $2"),
        MyTasksFilter::Watching => for_person!(
            "task_watcher c JOIN task t ON t.org_id = c.org_id AND t.project_id = c.project_id AND t.number = c.number",
            "c.org_id = $1 AND c.person_id = $2"
        ),
    };
    let rows = fetch_all!(tx, Row, sql, tx.org(), scope.person, scope.sees_all, limit, offset)?;
    rows.into_iter().map(MyTask::try_from).collect()
}

/// A due task and a person to remind of it.
#[derive(Clone, Copy, Debug, FromRow)]
pub struct Due {
    pub project_id: ProjectId,
    pub number: i64,
    pub due_on: NaiveDate,
    /// An assignee, or the creator of an unassigned task.
    pub person_id: PersonId,
}

/// Lists open tasks due on `day`, each with the people in the time zone `zone` who see it and have not been reminded of this
/// day since `since`: at most `limit` people, in the order of projects and numbers.
pub async fn due(
    tx: &mut OrgTx,
    zone: Option<&str>,
    day: NaiveDate,
    since: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Due>, Error> {
    Ok(fetch_all!(
        tx,
        Due,
        concat!(
            "SELECT t.project_id, t.number, t.due_on, m.person_id
             FROM task t
             JOIN project q ON q.org_id = t.org_id AND q.id = t.project_id AND q.archived_at IS NULL
             LEFT JOIN task_assignee a ON a.org_id = t.org_id AND a.project_id = t.project_id AND a.number = t.number
             JOIN membership m
                  ON m.org_id = t.org_id AND m.person_id = COALESCE(a.person_id, t.created_by) AND m.status = 'active'
             WHERE t.org_id = $1 AND t.due_on = $2 AND COALESCE(m.time_zone, '') = $3
               AND t.done_at IS NULL AND t.deleted_at IS NULL AND t.archived_at IS NULL
               AND NOT EXISTS (
                   SELECT 1 FROM event e
                   JOIN notification n ON n.org_id = e.org_id AND n.event = e.number AND n.person_id = m.person_id
                   WHERE e.org_id = t.org_id AND e.project_id = t.project_id AND e.task = t.number
                     AND e.at >= $4 AND e.body = $5)
               AND ",
            visible_to_member!("q", "m"),
            " ORDER BY t.project_id, t.number, m.person_id LIMIT $6"
        ),
        tx.org(),
        day,
        zone.unwrap_or_default(),
        since,
        json::text(&Event::Due { on: day })?,
        limit,
    )?)
}

/// Removes `person` from all tasks and returns the tasks by project and number.
pub async fn delete_assignments(tx: &mut OrgTx, person: PersonId) -> Result<Vec<(ProjectId, i64)>, Error> {
    let mut tasks = fetch_all!(
        tx,
        (ProjectId, i64),
        "DELETE FROM task_assignee WHERE org_id = $1 AND person_id = $2 RETURNING project_id, number",
        tx.org(),
        person,
    )?;
    tasks.sort_unstable();
    Ok(tasks)
}
