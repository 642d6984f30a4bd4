//! Counts of tasks per state.

use chrono::NaiveDate;
use sqlx::FromRow;

use crate::{
    domain::ids::ProjectId,
    server::{
        db::{OrgTx, fetch_all},
        error::Error,
    },
};

/// The counts of a state.
#[derive(Clone, Debug, FromRow)]
pub struct Tally {
    /// The slug of the state.
    pub state: String,
    pub tasks: i64,
    /// Open tasks due before today.
    pub overdue: i64,
    /// Open tasks due from today until `soon`.
    pub due_soon: i64,
}

/// Counts the tasks of a project per state, without archived and deleted ones.
pub async fn tallies(
    tx: &mut OrgTx,
    project: ProjectId,
    today: NaiveDate,
    soon: NaiveDate,
) -> Result<Vec<Tally>, Error> {
    Ok(fetch_all!(
        tx,
        Tally,
        "SELECT state, COUNT(*) AS tasks,
                SUM(CASE WHEN done_at IS NULL AND due_on < $3 THEN 1 ELSE 0 END) AS overdue,
                SUM(CASE WHEN done_at IS NULL AND due_on >= $3 AND due_on <= $4 THEN 1 ELSE 0 END) AS due_soon
         FROM task WHERE org_id = $1 AND project_id = $2 AND deleted_at IS NULL AND archived_at IS NULL
         GROUP BY state",
        tx.org(),
        project,
        today,
        soon,
    )?)
}
