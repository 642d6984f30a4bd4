//! Inserts many rows with one statement, for large amounts of generated data.
//!
//! Each function passes its rows as one JSON text, which both databases can read as a table.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    json,
    search_index::{self, Document, Subject},
};
use crate::{
    domain::{
        ids::{CommentId, PersonId, ProjectId},
        tasks::fields::TaskFields,
    },
    server::{
        db::{Driver, OrgTx, execute},
        error::Error,
    },
};

/// A task to insert.
#[derive(Clone, Debug)]
pub struct BulkTask {
    pub number: i64,
    pub fields: TaskFields,
    /// Whether its state is completed or cancelled.
    pub is_done: bool,
}

/// A comment to insert.
#[derive(Clone, Debug)]
pub struct BulkComment {
    pub id: CommentId,
    pub task: i64,
    pub author: PersonId,
    /// Markdown.
    pub body: String,
}

/// Inserts tasks with their assignees and labels. Tasks have no parent, and are neither archived nor in the trash.
pub async fn insert_tasks(
    tx: &mut OrgTx,
    project: ProjectId,
    tasks: &[BulkTask],
    created_by: PersonId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let row = |task: &BulkTask| {
        let TaskFields { title, description, position, priority, estimate, due_on, .. } = &task.fields;
        let (state, rank) = (&position.state, &position.rank);
        json::text(&(task.number, title, description, state, rank, priority, estimate, due_on, task.is_done))
    };
    let rows = tasks.iter().map(row).collect::<Result<Vec<_>, _>>()?.join(",");
    let sql = match tx.driver() {
        Driver::Sqlite => {
            "INSERT INTO task (org_id, project_id, number, title, description, state, rank, priority, estimate, due_on,
                               created_by, created_at, updated_at, done_at)
             SELECT $1, $2, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
                    value ->> 7, $4, $5, $5, CASE WHEN value ->> 8 THEN $5 END
             FROM json_each($3)"
        }
        Driver::Postgres => {
            "INSERT INTO task (org_id, project_id, number, title, description, state, rank, priority, estimate, due_on,
                               created_by, created_at, updated_at, done_at)
             SELECT $1, $2, (value ->> 0)::bigint, value ->> 1, value ->> 2, value ->> 3, value ->> 4,
                    (value ->> 5)::bigint, (value ->> 6)::bigint, (value ->> 7)::date, $4, $5, $5,
                    CASE WHEN (value ->> 8)::boolean THEN $5 END
             FROM json_array_elements($3::json)"
        }
    };
    execute!(tx, sql, tx.org(), project, format!("[{rows}]"), created_by, now)?;
    let documents = tasks.iter().map(|BulkTask { number, fields, .. }| Document {
        subject: Subject::Task(project, *number),
        title: &fields.title,
        body: &fields.description,
    });
    search_index::write(tx, &documents.collect::<Vec<_>>()).await?;
    insert_links(tx, project, tasks).await
}

/// Inserts the assignees and labels of tasks.
async fn insert_links(tx: &mut OrgTx, project: ProjectId, tasks: &[BulkTask]) -> Result<(), Error> {
    let pairs = |of: fn(&TaskFields) -> &BTreeSet<Uuid>| {
        let of_task =
            |task: &BulkTask| of(&task.fields).iter().map(|id| (task.number, json::id_text(*id))).collect::<Vec<_>>();
        json::text(&tasks.iter().flat_map(of_task).collect::<Vec<_>>())
    };
    let (assignees, labels) = (pairs(|fields| &fields.assignees)?, pairs(|fields| &fields.labels)?);
    let [insert_assignees, insert_labels] = match tx.driver() {
        Driver::Sqlite => [
            "INSERT INTO task_assignee (org_id, project_id, number, person_id)
             SELECT $1, $2, value ->> 0, unhex(value ->> 1) FROM json_each($3)",
            "INSERT INTO task_label (org_id, project_id, number, label_id)
             SELECT $1, $2, value ->> 0, unhex(value ->> 1) FROM json_each($3)",
        ],
        Driver::Postgres => [
            "INSERT INTO task_assignee (org_id, project_id, number, person_id)
             SELECT $1, $2, (value ->> 0)::bigint, (value ->> 1)::uuid FROM json_array_elements($3::json)",
            "INSERT INTO task_label (org_id, project_id, number, label_id)
             SELECT $1, $2, (value ->> 0)::bigint, (value ->> 1)::uuid FROM json_array_elements($3::json)",
        ],
    };
    execute!(tx, insert_assignees, tx.org(), project, assignees)?;
    execute!(tx, insert_labels, tx.org(), project, labels)?;
    Ok(())
}

/// Inserts comments on tasks of a project.
pub async fn insert_comments(
    tx: &mut OrgTx,
    project: ProjectId,
    comments: &[BulkComment],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let row = |new: &BulkComment| (json::id_text(new.id.0), new.task, json::id_text(new.author.0), new.body.clone());
    let rows = json::text(&comments.iter().map(row).collect::<Vec<_>>())?;
    let sql = match tx.driver() {
        Driver::Sqlite => {
            "INSERT INTO comment (org_id, id, project_id, number, author_id, body, created_at)
             SELECT $1, unhex(value ->> 0), $2, value ->> 1, unhex(value ->> 2), value ->> 3, $4 FROM json_each($3)"
        }
        Driver::Postgres => {
            "INSERT INTO comment (org_id, id, project_id, number, author_id, body, created_at)
             SELECT $1, (value ->> 0)::uuid, $2, (value ->> 1)::bigint, (value ->> 2)::uuid, value ->> 3, $4
             FROM json_array_elements($3::json)"
        }
    };
    execute!(tx, sql, tx.org(), project, rows, now)?;
    let documents =
        comments.iter().map(|new| Document { subject: Subject::Comment(new.id), title: "", body: &new.body });
    search_index::write(tx, &documents.collect::<Vec<_>>()).await
}
