//! The order of tasks in their columns.

use crate::{
    domain::ids::ProjectId,
    server::{
        db::{OrgTx, execute, scalar_all, scalar_optional},
        error::Error,
    },
};

/// Fetches the rank of a task, if it is in `state`.
pub async fn rank_of(tx: &mut OrgTx, project: ProjectId, state: &str, number: i64) -> Result<Option<String>, Error> {
    Ok(scalar_optional!(
        tx,
        String,
        "SELECT rank FROM task WHERE org_id = $1 AND project_id = $2 AND state = $3 AND number = $4
           AND deleted_at IS NULL AND archived_at IS NULL",
        tx.org(),
        project,
        state,
        number,
    )?)
}

/// Fetches the last rank in `state`, or the last one before `before`, ignoring the task `except`.
pub async fn rank_before(
    tx: &mut OrgTx,
    project: ProjectId,
    state: &str,
    before: Option<&str>,
    except: i64,
) -> Result<Option<String>, Error> {
    Ok(scalar_optional!(
        tx,
        String,
        "SELECT rank FROM task
         WHERE org_id = $1 AND project_id = $2 AND state = $3 AND number <> $4 AND ($5 IS NULL OR rank < $5)
           AND deleted_at IS NULL AND archived_at IS NULL
         ORDER BY rank DESC LIMIT 1",
        tx.org(),
        project,
        state,
        except,
        before,
    )?)
}

/// Finds the task directly below the task `above` in `state`, ignoring the task `except`.
pub async fn below(
    tx: &mut OrgTx,
    project: ProjectId,
    state: &str,
    above: i64,
    except: i64,
) -> Result<Option<i64>, Error> {
    Ok(scalar_optional!(
        tx,
        i64,
        "SELECT t.number FROM task t
         JOIN task a ON a.org_id = t.org_id AND a.project_id = t.project_id AND a.state = t.state AND a.number = $4
         WHERE t.org_id = $1 AND t.project_id = $2 AND t.state = $3 AND t.number <> $5
           AND (t.rank > a.rank OR (t.rank = a.rank AND t.number > a.number))
           AND t.deleted_at IS NULL AND t.archived_at IS NULL
         ORDER BY t.rank, t.number LIMIT 1",
        tx.org(),
        project,
        state,
        above,
        except,
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
