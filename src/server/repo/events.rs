//! The event log of an organization, numbered in commit order.

mod append;
mod new_event;

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::project_visibility::{ProjectScope, visible_to};
use crate::{
    domain::{
        ids::{BatchId, PersonId, ProjectId},
        tasks::event::Event,
    },
    server::{
        db::{OrgTx, fetch_all, fetch_one},
        error::Error,
    },
};

pub use self::{
    append::{Appended, append, append_all},
    new_event::{EventOrigin, NewEvent},
};

/// Parses a stored event.
fn parse_event(body: &str, texts: Option<&str>) -> Result<Event, Error> {
    let mut event: Event = serde_json::from_str(body).map_err(|_| Error::Corrupt("event"))?;
    if let Some(texts) = texts {
        event.put_texts(serde_json::from_str(texts).map_err(|_| Error::Corrupt("event"))?);
    }
    Ok(event)
}

/// An event of the log. Changes of descriptions come without the texts; [`fetch`] fetches them.
#[derive(Clone, Debug)]
pub struct LoggedEvent {
    pub number: i64,
    /// Shared by the events of one request.
    pub batch: BatchId,
    pub at: DateTime<Utc>,
    /// The person who caused the event.
    pub person: PersonId,
    /// The person's name.
    pub name: String,
    /// The project's key.
    pub project: String,
    pub task: Option<i64>,
    pub event: Event,
    /// Whether the reader has a notification of the event.
    pub tells_you: bool,
}

#[derive(FromRow)]
struct Row {
    number: i64,
    batch: BatchId,
    at: DateTime<Utc>,
    person: PersonId,
    name: String,
    project: String,
    task: Option<i64>,
    body: String,
    tells_you: bool,
}

impl TryFrom<Row> for LoggedEvent {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let Row { number, batch, at, person, name, project, task, body, tells_you } = row;
        let event = parse_event(&body, None)?;
        Ok(Self { number, batch, at, person, name, project, task, event, tells_you })
    }
}

/// Lists the events after the number `after` in projects that `scope` may see, in order, at most `limit`.
pub async fn list_after(
    tx: &mut OrgTx,
    scope: ProjectScope,
    after: i64,
    limit: i64,
) -> Result<Vec<LoggedEvent>, Error> {
    let rows = fetch_all!(
        tx,
        Row,
        concat!(
            "SELECT e.number, e.batch_id AS batch, e.at, e.person_id AS person, a.name, p.key AS project, e.task,
                e.body,
                EXISTS (SELECT 1 FROM notification n
                        WHERE n.org_id = e.org_id AND n.event = e.number AND n.person_id = $3) AS tells_you
         FROM event e
         JOIN person a ON a.id = e.person_id
         JOIN project p ON p.org_id = e.org_id AND p.id = e.project_id
         WHERE e.org_id = $1 AND e.number > $2 AND ",
            visible_to!("p", "$3", "$4"),
            "
         ORDER BY e.number LIMIT $5",
        ),
        tx.org(),
        after,
        scope.person,
        scope.sees_all,
        limit,
    )?;
    rows.into_iter().map(LoggedEvent::try_from).collect()
}

/// The statement for the events of a task, ordered by number. The parameter is appended.
macro_rules! events_of_task {
    ($then:literal) => {
        concat!(
            "SELECT e.number, e.batch_id AS batch, e.at, e.person_id AS person, a.name, p.key AS project, e.task, e.body,
                    FALSE AS tells_you
             FROM event e
             JOIN person a ON a.id = e.person_id
             JOIN project p ON p.org_id = e.org_id AND p.id = e.project_id
             WHERE e.org_id = $1 AND e.project_id = $2 AND e.task = $3
             ORDER BY e.number",
            $then
        )
    };
}

/// Lists the events of a task, oldest first.
pub async fn of_task(tx: &mut OrgTx, project: ProjectId, task: i64) -> Result<Vec<LoggedEvent>, Error> {
    let rows = fetch_all!(tx, Row, events_of_task!(""), tx.org(), project, task,)?;
    rows.into_iter().map(LoggedEvent::try_from).collect()
}

/// Lists the last `limit` events of a task, newest first.
pub async fn last_of_task(
    tx: &mut OrgTx,
    project: ProjectId,
    task: i64,
    limit: i64,
) -> Result<Vec<LoggedEvent>, Error> {
    let rows = fetch_all!(tx, Row, events_of_task!(" DESC LIMIT $4"), tx.org(), project, task, limit,)?;
    rows.into_iter().map(LoggedEvent::try_from).collect()
}

/// Fetches an event with its descriptions.
///
/// # Errors
/// A database error if the event does not exist.
pub async fn fetch(tx: &mut OrgTx, number: i64) -> Result<Event, Error> {
    let (body, texts) = fetch_one!(
        tx,
        (String, Option<String>),
        "SELECT body, texts FROM event WHERE org_id = $1 AND number = $2",
        tx.org(),
        number,
    )?;
    parse_event(&body, texts.as_deref())
}

/// An event with the title of its task.
#[derive(FromRow)]
struct TitledRow {
    #[sqlx(flatten)]
    row: Row,
    title: Option<String>,
}

/// Lists the last `limit` events of a project's tasks, newest first, each with the task's title unless the task is in the
/// trash.
pub async fn of_project(
    tx: &mut OrgTx,
    project: ProjectId,
    limit: i64,
) -> Result<Vec<(LoggedEvent, Option<String>)>, Error> {
    let rows = fetch_all!(
        tx,
        TitledRow,
        "SELECT e.number, e.batch_id AS batch, e.at, e.person_id AS person, a.name, p.key AS project, e.task, e.body,
                FALSE AS tells_you, t.title
         FROM event e
         JOIN person a ON a.id = e.person_id
         JOIN project p ON p.org_id = e.org_id AND p.id = e.project_id
         LEFT JOIN task t ON t.org_id = e.org_id AND t.project_id = e.project_id AND t.number = e.task
                         AND t.deleted_at IS NULL
         WHERE e.org_id = $1 AND e.project_id = $2 AND e.task IS NOT NULL
         ORDER BY e.number DESC LIMIT $3",
        tx.org(),
        project,
        limit,
    )?;
    rows.into_iter().map(|TitledRow { row, title }| Ok((LoggedEvent::try_from(row)?, title))).collect()
}

#[derive(FromRow)]
struct BatchRow {
    project: String,
    task: Option<i64>,
    body: String,
    texts: Option<String>,
}

/// Lists the events of a batch in order: the project's key, the task's number, and the event with its descriptions. Empty if
/// another person caused the batch.
pub async fn of_batch(
    tx: &mut OrgTx,
    batch: BatchId,
    person: PersonId,
) -> Result<Vec<(String, Option<i64>, Event)>, Error> {
    let rows = fetch_all!(
        tx,
        BatchRow,
        "SELECT p.key AS project, e.task, e.body, e.texts FROM event e JOIN project p ON p.org_id = e.org_id AND p.id = e.project_id
         WHERE e.org_id = $1 AND e.batch_id = $2 AND e.person_id = $3 ORDER BY e.number",
        tx.org(),
        batch,
        person,
    )?;
    rows.into_iter()
        .map(|BatchRow { project, task, body, texts }| Ok((project, task, parse_event(&body, texts.as_deref())?)))
        .collect()
}
