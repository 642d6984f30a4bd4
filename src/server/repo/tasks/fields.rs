//! The editable fields of tasks, read and written as a whole.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use uuid::Uuid;

use crate::{
    domain::{
        ids::{PersonId, ProjectId},
        tasks::{
            fields::{TaskFields, TaskPosition},
            priority::Priority,
        },
    },
    server::{
        db::{Driver, OrgTx, execute, fetch_all, scalar_one},
        error::Error,
        repo::{
            json,
            search_index::{self, Document, Subject},
        },
    },
};

/// A task's editable fields and status.
#[derive(Clone, Debug)]
pub struct Record {
    pub fields: TaskFields,
    /// Rises with every edit of title or description.
    pub version: i64,
    /// When the task was completed or cancelled.
    pub done_at: Option<DateTime<Utc>>,
    pub archived_at: Option<DateTime<Utc>>,
    pub deleted_at: Option<DateTime<Utc>>,
    /// The person who moved it to the trash.
    pub deleted_by: Option<PersonId>,
}

impl Record {
    /// A new open task.
    #[must_use]
    pub const fn new(fields: TaskFields) -> Self {
        Self { fields, version: 1, done_at: None, archived_at: None, deleted_at: None, deleted_by: None }
    }
}

/// The columns that a task and a row of a list have in common.
#[derive(Deserialize, FromRow)]
pub(super) struct FieldColumns {
    title: String,
    state: String,
    rank: String,
    priority: i64,
    estimate: Option<i64>,
    start_on: Option<NaiveDate>,
    due_on: Option<NaiveDate>,
    parent: Option<i64>,
}

impl TryFrom<FieldColumns> for TaskFields {
    type Error = Error;

    /// Leaves the fields empty that these columns do not contain.
    fn try_from(row: FieldColumns) -> Result<Self, Error> {
        Ok(Self {
            title: row.title,
            position: TaskPosition { state: row.state, rank: row.rank },
            priority: Priority::try_from(row.priority).map_err(|_| Error::Corrupt("priority"))?,
            estimate: row.estimate,
            start_on: row.start_on,
            due_on: row.due_on,
            parent: row.parent,
            ..Self::default()
        })
    }
}

/// The columns of a [`Record`]; its assignees and labels are rows of other tables.
#[derive(Deserialize, FromRow)]
pub(super) struct RecordColumns {
    pub(super) number: i64,
    #[serde(flatten)]
    #[sqlx(flatten)]
    fields: FieldColumns,
    description: String,
    version: i64,
    done_at: Option<DateTime<Utc>>,
    archived_at: Option<DateTime<Utc>>,
    deleted_at: Option<DateTime<Utc>>,
    deleted_by: Option<PersonId>,
}

impl TryFrom<RecordColumns> for Record {
    type Error = Error;

    fn try_from(row: RecordColumns) -> Result<Self, Error> {
        let fields = TaskFields {
            description: row.description,
            is_archived: row.archived_at.is_some(),
            is_deleted: row.deleted_at.is_some(),
            ..row.fields.try_into()?
        };
        let RecordColumns { version, done_at, archived_at, deleted_at, deleted_by, .. } = row;
        Ok(Self { fields, version, done_at, archived_at, deleted_at, deleted_by })
    }
}

/// Fetches tasks of a project by number. Leaves unknown numbers out. Runs three statements for any number of tasks.
pub async fn records(tx: &mut OrgTx, project: ProjectId, numbers: &[i64]) -> Result<BTreeMap<i64, Record>, Error> {
    let numbers = json::text(numbers)?;
    let [tasks, assignees, labels] = match tx.driver() {
        Driver::Sqlite => SQLITE,
        Driver::Postgres => POSTGRES,
    };
    let mut records = BTreeMap::new();
    for row in fetch_all!(tx, RecordColumns, tasks, tx.org(), project, &numbers)? {
        records.insert(row.number, Record::try_from(row)?);
    }
    for (number, person) in fetch_all!(tx, (i64, Uuid), assignees, tx.org(), project, &numbers)? {
        records.entry(number).and_modify(|record| _ = record.fields.assignees.insert(person));
    }
    for (number, label) in fetch_all!(tx, (i64, Uuid), labels, tx.org(), project, &numbers)? {
        records.entry(number).and_modify(|record| _ = record.fields.labels.insert(label));
    }
    Ok(records)
}

/// Sums the bytes of the titles and descriptions of these tasks.
pub async fn bytes_of(tx: &mut OrgTx, project: ProjectId, numbers: &[i64]) -> Result<i64, Error> {
    let numbers = json::text(numbers)?;
    let sql = match tx.driver() {
        Driver::Sqlite => {
            "SELECT COALESCE(SUM(octet_length(title) + octet_length(description)), 0) FROM task
             WHERE org_id = $1 AND project_id = $2 AND number IN (SELECT value FROM json_each($3))"
        }
        Driver::Postgres => {
            "SELECT COALESCE(SUM(octet_length(title) + octet_length(description)), 0)::bigint FROM task
             WHERE org_id = $1 AND project_id = $2
               AND number = ANY (ARRAY(SELECT value::bigint FROM json_array_elements_text($3::json)))"
        }
    };
    Ok(scalar_one!(tx, i64, sql, tx.org(), project, numbers)?)
}

const SQLITE: [&str; 3] = [
    "SELECT number, title, description, state, rank, priority, estimate, start_on, due_on, parent, version, done_at,
            archived_at, deleted_at, deleted_by
     FROM task WHERE org_id = $1 AND project_id = $2 AND number IN (SELECT value FROM json_each($3))",
    "SELECT number, person_id FROM task_assignee
     WHERE org_id = $1 AND project_id = $2 AND number IN (SELECT value FROM json_each($3))",
    "SELECT number, label_id FROM task_label
     WHERE org_id = $1 AND project_id = $2 AND number IN (SELECT value FROM json_each($3))",
];

const POSTGRES: [&str; 3] = [
    "SELECT number, title, description, state, rank, priority, estimate, start_on, due_on, parent, version, done_at,
            archived_at, deleted_at, deleted_by
     FROM task WHERE org_id = $1 AND project_id = $2
       AND number = ANY (ARRAY(SELECT value::bigint FROM json_array_elements_text($3::json)))",
    "SELECT number, person_id FROM task_assignee
     WHERE org_id = $1 AND project_id = $2
       AND number = ANY (ARRAY(SELECT value::bigint FROM json_array_elements_text($3::json)))",
    "SELECT number, label_id FROM task_label
     WHERE org_id = $1 AND project_id = $2
       AND number = ANY (ARRAY(SELECT value::bigint FROM json_array_elements_text($3::json)))",
];

/// The new row of a task, without its assignees and labels.
#[derive(Clone, Debug, Serialize)]
pub struct TaskUpdate {
    project_id: ProjectId,
    number: i64,
    title: String,
    description: String,
    state: String,
    rank: String,
    priority: i64,
    estimate: Option<i64>,
    start_on: Option<NaiveDate>,
    due_on: Option<NaiveDate>,
    parent: Option<i64>,
    version: i64,
    done_at: Option<DateTime<Utc>>,
    archived_at: Option<DateTime<Utc>>,
    deleted_at: Option<DateTime<Utc>>,
    deleted_by: Option<PersonId>,
    updated_at: DateTime<Utc>,
    #[serde(skip)]
    is_move: bool,
    /// Whether title or description are not those that the row has.
    #[serde(skip)]
    has_new_texts: bool,
}

/// The columns of a [`TaskUpdate`] that a move changes.
#[derive(Serialize)]
struct PositionColumns<'a> {
    project_id: ProjectId,
    number: i64,
    state: &'a str,
    rank: &'a str,
    done_at: Option<DateTime<Utc>>,
    updated_at: DateTime<Utc>,
}

impl TaskUpdate {
    /// The row of the task `number` that becomes `record` at `now`.
    #[must_use]
    pub fn new(project: ProjectId, number: i64, record: Record, now: DateTime<Utc>) -> Self {
        let Record { fields, version, done_at, archived_at, deleted_at, deleted_by } = record;
        Self {
            project_id: project,
            number,
            title: fields.title,
            description: fields.description,
            state: fields.position.state,
            rank: fields.position.rank,
            priority: fields.priority.into(),
            estimate: fields.estimate,
            start_on: fields.start_on,
            due_on: fields.due_on,
            parent: fields.parent,
            version,
            done_at,
            archived_at,
            deleted_at,
            deleted_by,
            updated_at: now,
            is_move: false,
            has_new_texts: false,
        }
    }

    /// Limits the update to what a move changes.
    #[must_use]
    pub const fn into_move(mut self) -> Self {
        self.is_move = true;
        self
    }

    /// Whether the update is that of a move.
    #[must_use]
    pub const fn is_move(&self) -> bool {
        self.is_move
    }

    /// The columns to update as JSON.
    pub fn json(&self) -> Result<String, Error> {
        if !self.is_move {
            return json::text(self);
        }
        let &Self { project_id, number, ref state, ref rank, done_at, updated_at, .. } = self;
        json::text(&PositionColumns { project_id, number, state, rank, done_at, updated_at })
    }

    /// Whether title or description change.
    #[must_use]
    pub const fn has_new_texts(&self) -> bool {
        self.has_new_texts
    }

    /// Says that title or description change, so that the search index follows.
    #[must_use]
    pub const fn with_new_texts(mut self, has_new_texts: bool) -> Self {
        self.has_new_texts = has_new_texts;
        self
    }
}

/// Updates the row of a task.
pub async fn update(tx: &mut OrgTx, update: &TaskUpdate) -> Result<(), Error> {
    if update.is_move {
        execute!(
            tx,
            "UPDATE task SET state = $4, rank = $5, done_at = $6, updated_at = $7
             WHERE org_id = $1 AND project_id = $2 AND number = $3",
            tx.org(),
            update.project_id,
            update.number,
            &update.state,
            &update.rank,
            update.done_at,
            update.updated_at,
        )?;
        return Ok(());
    }
    execute!(
        tx,
        "UPDATE task SET title = $4, description = $5, state = $6, rank = $7, priority = $8, estimate = $9,
                         start_on = $10, due_on = $11, parent = $12, version = $13, done_at = $14,
                         archived_at = $15, deleted_at = $16, updated_at = $17, deleted_by = $18
         WHERE org_id = $1 AND project_id = $2 AND number = $3",
        tx.org(),
        update.project_id,
        update.number,
        &update.title,
        &update.description,
        &update.state,
        &update.rank,
        update.priority,
        update.estimate,
        update.start_on,
        update.due_on,
        update.parent,
        update.version,
        update.done_at,
        update.archived_at,
        update.deleted_at,
        update.updated_at,
        update.deleted_by,
    )?;
    if !update.has_new_texts {
        return Ok(());
    }
    let subject = Subject::Task(update.project_id, update.number);
    search_index::write(tx, &[Document { subject, title: &update.title, body: &update.description }]).await
}
