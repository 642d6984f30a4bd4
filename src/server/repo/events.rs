//! What happened in an organization, numbered in the order of the commits.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use crate::{
    domain::{
        ids::{BatchId, PersonId, ProjectId},
        tasks::event::Event,
    },
    server::{
        db::{OrgTx, execute, fetch_all, fetch_one},
        error::Error,
        repo::project_visibility::{ProjectScope, visible_to},
    },
};

/// Something that happened, not yet numbered.
#[derive(Clone, Debug)]
pub struct NewEvent {
    pub project: ProjectId,
    /// The task's number; none when the project itself was changed.
    pub task: Option<i64>,
    pub event: Event,
}

/// Who did what is written down, and when.
#[derive(Clone, Copy, Debug)]
pub struct Doing {
    pub batch: BatchId,
    pub person: PersonId,
    pub at: DateTime<Utc>,
}

/// Writes `events` down and gives the number of the last one; open pages hear of them after the commit.
///
/// From here to the commit no other transaction of the organization can do the same, which is what makes the numbers
/// ascend in the order of the commits: so it is the last thing that a transaction does.
pub async fn append(tx: &mut OrgTx, doing: Doing, events: &[NewEvent]) -> Result<i64, Error> {
    let count = i64::try_from(events.len()).map_err(|_| Error::BadRequest)?;
    let (last,) = fetch_one!(
        tx,
        (i64,),
        "INSERT INTO event_head (org_id, number) VALUES ($1, $2)
         ON CONFLICT (org_id) DO UPDATE SET number = event_head.number + $2 RETURNING number",
        tx.org(),
        count,
    )?;
    for (number, new) in (last - count + 1..).zip(events) {
        let mut event = new.event.clone();
        let texts = event.take_texts().map(|texts| serde_json::to_string(&texts)).transpose();
        let texts = texts.map_err(|_| Error::Corrupt("event"))?;
        let body = serde_json::to_string(&event).map_err(|_| Error::Corrupt("event"))?;
        execute!(
            tx,
            "INSERT INTO event (org_id, number, batch_id, at, person_id, project_id, task, body, texts)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            tx.org(),
            number,
            doing.batch,
            doing.at,
            doing.person,
            new.project,
            new.task,
            body,
            texts,
        )?;
    }
    tx.announce_events(last);
    Ok(last)
}

/// An event as it is stored.
fn stored(body: &str, texts: Option<&str>) -> Result<Event, Error> {
    let mut event: Event = serde_json::from_str(body).map_err(|_| Error::Corrupt("event"))?;
    if let Some(texts) = texts {
        event.put_texts(serde_json::from_str(texts).map_err(|_| Error::Corrupt("event"))?);
    }
    Ok(event)
}

/// Something that happened, without descriptions: that they changed is known, and [`whole`] has them.
#[derive(Clone, Debug)]
pub struct Happened {
    pub number: i64,
    /// What was done in one go.
    pub batch: BatchId,
    pub at: DateTime<Utc>,
    /// Who did it, and the person's name.
    pub person: PersonId,
    pub name: String,
    /// The project's key.
    pub project: String,
    pub task: Option<i64>,
    pub event: Event,
    /// Whether it is in the inbox of whoever reads it.
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

impl TryFrom<Row> for Happened {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let Row { number, batch, at, person, name, project, task, body, tells_you } = row;
        let event = stored(&body, None)?;
        Ok(Self { number, batch, at, person, name, project, task, event, tells_you })
    }
}

/// What happened after the event numbered `after`, in order: at most `limit` events, none of a project that `reader` may
/// not see.
pub async fn since(tx: &mut OrgTx, scope: ProjectScope, after: i64, limit: i64) -> Result<Vec<Happened>, Error> {
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
    rows.into_iter().map(Happened::try_from).collect()
}

/// The events of the task `$3` in the project `$2`, by number and with what follows.
macro_rules! told_of_task {
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

/// What happened to a task, the first event first.
pub async fn of_task(tx: &mut OrgTx, project: ProjectId, task: i64) -> Result<Vec<Happened>, Error> {
    let rows = fetch_all!(tx, Row, told_of_task!(""), tx.org(), project, task,)?;
    rows.into_iter().map(Happened::try_from).collect()
}

/// What happened to a task last, at most `limit` events, the newest first.
pub async fn last_of_task(tx: &mut OrgTx, project: ProjectId, task: i64, limit: i64) -> Result<Vec<Happened>, Error> {
    let rows = fetch_all!(tx, Row, told_of_task!(" DESC LIMIT $4"), tx.org(), project, task, limit,)?;
    rows.into_iter().map(Happened::try_from).collect()
}

/// The event numbered `number`, with its descriptions.
///
/// # Errors
/// When the database does not answer, or there is none.
pub async fn whole(tx: &mut OrgTx, number: i64) -> Result<Event, Error> {
    let (body, texts) = fetch_one!(
        tx,
        (String, Option<String>),
        "SELECT body, texts FROM event WHERE org_id = $1 AND number = $2",
        tx.org(),
        number,
    )?;
    stored(&body, texts.as_deref())
}

/// A row, and the title of the task.
#[derive(FromRow)]
struct TitledRow {
    #[sqlx(flatten)]
    row: Row,
    title: Option<String>,
}

/// What happened last to the tasks of a project, at most `limit` events, the newest first; each with the task's title,
/// unless the task is in the bin.
pub async fn of_project(
    tx: &mut OrgTx,
    project: ProjectId,
    limit: i64,
) -> Result<Vec<(Happened, Option<String>)>, Error> {
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
    rows.into_iter().map(|TitledRow { row, title }| Ok((Happened::try_from(row)?, title))).collect()
}

/// What was done in one go, in order: the project's key, the task's number and the event, with its descriptions. Empty when
/// it was somebody else who did it.
pub async fn of_batch(
    tx: &mut OrgTx,
    batch: BatchId,
    person: PersonId,
) -> Result<Vec<(String, Option<i64>, Event)>, Error> {
    let rows = fetch_all!(
        tx,
        (String, Option<i64>, String, Option<String>),
        "SELECT p.key, e.task, e.body, e.texts FROM event e JOIN project p ON p.org_id = e.org_id AND p.id = e.project_id
         WHERE e.org_id = $1 AND e.batch_id = $2 AND e.person_id = $3 ORDER BY e.number",
        tx.org(),
        batch,
        person,
    )?;
    rows.into_iter().map(|(project, task, body, texts)| Ok((project, task, stored(&body, texts.as_deref())?))).collect()
}
