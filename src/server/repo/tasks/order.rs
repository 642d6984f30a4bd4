//! The order of tasks in their columns.

use serde::Deserialize;
use sqlx::FromRow;

use crate::{
    domain::ids::ProjectId,
    server::{
        db::{OrgTx, execute, fetch_one, scalar_all},
        error::Error,
    },
};

/// A task that another is to be placed beside. If it has left the column in the meantime, the place is the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Anchor {
    pub before: Option<i64>,
    /// The place is directly below this task. Takes precedence over `before`.
    pub after: Option<i64>,
}

/// Where a task is to be placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The column.
    pub state: &'a str,
    /// The number of the task, which does not count as a neighbour.
    pub number: i64,
    pub anchor: Anchor,
}

impl Place<'_> {
    /// The number of the task that is to be the next one below.
    pub(super) const fn before(&self) -> Option<i64> {
        if self.anchor.after.is_some() { None } else { self.anchor.before }
    }
}

/// A place between two neighbours in a column.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, FromRow)]
pub struct Gap {
    /// The task below; `None` at the end of the column.
    pub next: Option<i64>,
    /// The rank of the task below.
    pub high: Option<String>,
    /// The rank of the task above; `None` at the beginning of the column.
    pub low: Option<String>,
}

/// The query of a [`Gap`]. Takes a condition on the project, and SQL expressions: the state, the number, the tasks below and above of a
/// [`Place`].
///
/// Every rank is less than "~". The limits of ranks are subqueries, so that both databases find them in the index
/// (`PostgreSQL`'s policies allow it no other expressions there): a column may have a hundred thousand tasks.
macro_rules! gap_at {
    ($project:literal, $state:literal, $number:literal, $before:literal, $after:literal) => {
        concat!(
            "WITH above AS (
                 SELECT a.rank, a.number FROM task a
                 WHERE a.org_id = $1 AND a.",
            $project,
            " AND a.state = ",
            $state,
            "
                   AND a.number = ",
            $after,
            "),
             next AS (
                 SELECT * FROM (
                     SELECT t.number, t.rank FROM task t
                     WHERE t.org_id = $1 AND t.",
            $project,
            " AND t.state = ",
            $state,
            "
                       AND t.number <> ",
            $number,
            " AND t.rank >= (SELECT rank FROM above)
                       AND (t.rank > (SELECT rank FROM above) OR t.number > (SELECT number FROM above))
                       AND t.deleted_at IS NULL AND t.archived_at IS NULL
                     ORDER BY t.rank, t.number LIMIT 1) AS below
                 UNION ALL
                 SELECT b.number, b.rank FROM task b
                 WHERE b.org_id = $1 AND b.",
            $project,
            " AND b.state = ",
            $state,
            "
                   AND b.number = ",
            $before,
            " AND b.number <> ",
            $number,
            "
                   AND b.deleted_at IS NULL AND b.archived_at IS NULL),
             upper AS (SELECT COALESCE((SELECT rank FROM next), '~') AS rank)
             SELECT (SELECT number FROM next) AS next, (SELECT rank FROM next) AS high,
                    (SELECT c.rank FROM task c
                     WHERE c.org_id = $1 AND c.",
            $project,
            " AND c.state = ",
            $state,
            "
                       AND c.number <> ",
            $number,
            " AND c.rank < (SELECT rank FROM upper)
                       AND c.deleted_at IS NULL AND c.archived_at IS NULL
                     ORDER BY c.rank DESC LIMIT 1) AS low"
        )
    };
}

pub(super) use gap_at;

/// Finds the gap at a place.
pub async fn gap(tx: &mut OrgTx, project: ProjectId, place: Place<'_>) -> Result<Gap, Error> {
    Ok(fetch_one!(
        tx,
        Gap,
        gap_at!("project_id = $2", "$3", "$4", "$5", "$6"),
        tx.org(),
        project,
        place.state,
        place.number,
        place.before(),
        place.anchor.after,
    )?)
}

/// Lists the numbers of the tasks in `state`, in order.
pub async fn numbers(tx: &mut OrgTx, project: ProjectId, state: &str) -> Result<Vec<i64>, Error> {
    Ok(scalar_all!(
        tx,
        i64,
        "SELECT number FROM task WHERE org_id = $1 AND project_id = $2 AND state = $3
           AND deleted_at IS NULL AND archived_at IS NULL ORDER BY rank, number",
        tx.org(),
        project,
        state,
    )?)
}

/// Updates the rank of a task.
pub async fn update_rank(tx: &mut OrgTx, project: ProjectId, number: i64, rank: &str) -> Result<(), Error> {
    execute!(
        tx,
        "UPDATE task SET rank = $4 WHERE org_id = $1 AND project_id = $2 AND number = $3",
        tx.org(),
        project,
        number,
        rank,
    )?;
    Ok(())
}

/// Lists a task and its ancestors, from the bottom up. Empty if the task does not exist or is in the trash.
pub async fn line_of(tx: &mut OrgTx, project: ProjectId, number: i64) -> Result<Vec<i64>, Error> {
    // UNION rather than UNION ALL ends even on a cycle, which should not exist.
    Ok(scalar_all!(
        tx,
        i64,
        "WITH RECURSIVE line (number, parent) AS (
             SELECT number, parent FROM task
             WHERE org_id = $1 AND project_id = $2 AND number = $3 AND deleted_at IS NULL
             UNION
             SELECT t.number, t.parent FROM task t JOIN line l ON t.number = l.parent
             WHERE t.org_id = $1 AND t.project_id = $2)
         SELECT number FROM line",
        tx.org(),
        project,
        number,
    )?)
}
