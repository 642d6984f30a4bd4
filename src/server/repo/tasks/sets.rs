//! Assignees and labels of tasks, written with a change of the task.

use crate::{
    domain::{ids::ProjectId, tasks::fields::TaskFields},
    server::{
        db::{OrgTx, execute},
        error::Error,
    },
};

/// Writes the assignees and labels in which `fields` differ from the stored ones, `was`.
pub async fn update_sets(
    tx: &mut OrgTx,
    project: ProjectId,
    number: i64,
    was: &TaskFields,
    fields: &TaskFields,
) -> Result<(), Error> {
    for person in was.assignees.difference(&fields.assignees) {
        execute!(
            tx,
            "DELETE FROM task_assignee WHERE org_id = $1 AND project_id = $2 AND number = $3 AND person_id = $4",
            tx.org(),
            project,
            number,
            *person,
        )?;
    }
    for person in fields.assignees.difference(&was.assignees) {
        execute!(
            tx,
            "INSERT INTO task_assignee (org_id, project_id, number, person_id) VALUES ($1, $2, $3, $4)",
            tx.org(),
            project,
            number,
            *person,
        )?;
    }
    for label in was.labels.difference(&fields.labels) {
        execute!(
            tx,
            "DELETE FROM task_label WHERE org_id = $1 AND project_id = $2 AND number = $3 AND label_id = $4",
            tx.org(),
            project,
            number,
            *label,
        )?;
    }
    for label in fields.labels.difference(&was.labels) {
        execute!(
            tx,
            "INSERT INTO task_label (org_id, project_id, number, label_id) VALUES ($1, $2, $3, $4)",
            tx.org(),
            project,
            number,
            *label,
        )?;
    }
    Ok(())
}
