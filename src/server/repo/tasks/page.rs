//! A task as its page shows it.

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, FromRow};
use uuid::Uuid;

use super::fields::{Record, RecordColumns};
use crate::{
    domain::{
        ids::{PersonId, ProjectId},
        projects::{Assignable, Label},
    },
    server::{
        db::{OrgTx, fetch_optional},
        error::Error,
        repo::{
            json,
            projects::{ASSIGNABLE, LABELS},
        },
    },
};

/// A task with the people and labels that its page offers.
#[derive(Clone, Debug)]
pub struct TaskOnPage {
    pub record: Record,
    /// The name of the person.
    pub created_by: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// The people who get notifications of its events, by name.
    pub watchers: Vec<(PersonId, String)>,
    /// The labels of the project, by name.
    pub labels: Vec<Label>,
    /// The people who can be assigned, by name.
    pub people: Vec<Assignable>,
}

#[derive(FromRow)]
struct Row {
    #[sqlx(flatten)]
    record: RecordColumns,
    created_by: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    assignees: String,
    tagged: String,
    watchers: String,
    labels: String,
    people: String,
}

/// Finds a task, deleted ones included. Runs one statement, so that the version belongs to the texts.
pub async fn on_page(tx: &mut OrgTx, project: ProjectId, number: i64) -> Result<Option<TaskOnPage>, Error> {
    let driver = tx.driver();
    let [id, person, label] = ["id", "person_id", "label_id"].map(|column| json::id(driver, column));
    let assignees = json::rows(
        driver,
        &person,
        "SELECT person_id FROM task_assignee WHERE org_id = $1 AND project_id = $2 AND number = $3",
    );
    let tagged = json::rows(
        driver,
        &label,
        "SELECT label_id FROM task_label WHERE org_id = $1 AND project_id = $2 AND number = $3",
    );
    let watchers = json::rows(
        driver,
        &format!("{id}, name"),
        "SELECT w.person_id AS id, p.name FROM task_watcher w JOIN person p ON p.id = w.person_id
         WHERE w.org_id = $1 AND w.project_id = $2 AND w.number = $3 ORDER BY lower(p.name), p.id",
    );
    let labels = json::rows(driver, &format!("{id}, name, hue"), LABELS);
    let people = json::rows(driver, &format!("{id}, name"), ASSIGNABLE);
    let sql = format!(
        "SELECT t.number, t.title, t.description, t.state, t.rank, t.priority, t.estimate, t.start_on, t.due_on, t.parent,
                t.version, t.done_at, t.archived_at, t.deleted_at, t.deleted_by, c.name AS created_by, t.created_at,
                t.updated_at, {assignees} AS assignees, {tagged} AS tagged, {watchers} AS watchers, {labels} AS labels,
                {people} AS people
         FROM task t JOIN person c ON c.id = t.created_by
         WHERE t.org_id = $1 AND t.project_id = $2 AND t.number = $3"
    );
    let row = fetch_optional!(tx, Row, AssertSqlSafe(sql), tx.org(), project, number)?;
    row.map(TaskOnPage::try_from).transpose()
}

impl TryFrom<Row> for TaskOnPage {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let mut record = Record::try_from(row.record)?;
        record.fields.assignees = json::parse::<Vec<(Uuid,)>>(&row.assignees)?.into_iter().map(|(id,)| id).collect();
        record.fields.labels = json::parse::<Vec<(Uuid,)>>(&row.tagged)?.into_iter().map(|(id,)| id).collect();
        let watchers = json::parse::<Vec<(Uuid, String)>>(&row.watchers)?.into_iter();
        let labels = json::parse::<Vec<(Uuid, String, u8)>>(&row.labels)?.into_iter();
        let people = json::parse::<Vec<(Uuid, String)>>(&row.people)?.into_iter();
        Ok(Self {
            record,
            created_by: row.created_by,
            created_at: row.created_at,
            updated_at: row.updated_at,
            watchers: watchers.map(|(id, name)| (PersonId(id), name)).collect(),
            labels: labels.map(|(id, name, hue)| Label { id, name, hue }).collect(),
            people: people.map(|(id, name)| Assignable { id, name }).collect(),
        })
    }
}
