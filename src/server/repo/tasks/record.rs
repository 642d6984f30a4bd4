//! Insertion of tasks.

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        ids::{PersonId, ProjectId},
        tasks::fields::TaskFields,
    },
    server::{
        db::{OrgTx, execute, exists},
        error::Error,
        repo::search_index::{self, Document, Subject},
    },
};

/// Whether a task exists, deleted ones included.
pub async fn is_stored(tx: &mut OrgTx, project: ProjectId, number: i64) -> Result<bool, Error> {
    Ok(exists!(
        tx,
        "SELECT 1 FROM task WHERE org_id = $1 AND project_id = $2 AND number = $3",
        tx.org(),
        project,
        number,
    )?)
}

/// A new task: its fields and its creator.
#[derive(Clone, Copy, Debug)]
pub struct NewTask<'a> {
    pub number: i64,
    pub fields: &'a TaskFields,
    pub created_by: PersonId,
    /// Whether its state is completed or cancelled.
    pub is_done: bool,
}

/// Inserts a task. [`super::update`] and [`super::update_sets`] write the rest.
pub async fn insert(tx: &mut OrgTx, project: ProjectId, new: NewTask<'_>, now: DateTime<Utc>) -> Result<(), Error> {
    let NewTask { number, fields, created_by, is_done } = new;
    execute!(
        tx,
        "INSERT INTO task (org_id, project_id, number, title, description, state, rank, parent, created_by,
                           created_at, updated_at, done_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11)",
        tx.org(),
        project,
        number,
        &fields.title,
        &fields.description,
        &fields.position.state,
        &fields.position.rank,
        fields.parent,
        created_by,
        now,
        is_done.then_some(now),
    )?;
    let subject = Subject::Task(project, number);
    search_index::write(tx, &[Document { subject, title: &fields.title, body: &fields.description }]).await
}
