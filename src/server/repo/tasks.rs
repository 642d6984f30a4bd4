//! Tasks.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::ids::{PersonId, ProjectId};
use crate::server::{
    db::{Driver, OrgTx, execute, fetch_all, fetch_one, fetch_optional},
    error::Error,
};

/// A task as the board shows it: state, number, title.
type OnBoard = (String, i64, String);

/// All tasks of a project as `(state, number, title)`, each state's in the order of its column.
///
/// They come as one value: a row each costs several times the query itself.
///
/// # Errors
/// When the database does not answer.
pub async fn on_board(tx: &mut OrgTx, project: ProjectId) -> Result<Vec<OnBoard>, Error> {
    let sql = match tx.driver() {
        Driver::Sqlite => {
            "SELECT json_group_array(json_array(state, number, title)) FROM (
                SELECT state, number, title FROM task
                WHERE org_id = $1 AND project_id = $2 ORDER BY state, rank, number)"
        }
        Driver::Postgres => {
            "SELECT COALESCE(json_agg(json_build_array(state, number, title) ORDER BY state, rank, number), '[]')::text
             FROM task WHERE org_id = $1 AND project_id = $2"
        }
    };
    let (tasks,) = fetch_one!(tx, (String,), sql, tx.org(), project)?;
    serde_json::from_str(&tasks).map_err(|_| Error::Corrupt("task"))
}

/// A task's record.
#[derive(Clone, Debug, FromRow)]
pub struct Task {
    pub title: String,
    pub description: String,
    pub state: String,
    pub version: i64,
    /// Name of the person.
    pub created_by: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// The task `number` of a project.
///
/// # Errors
/// When the database does not answer.
pub async fn find(tx: &mut OrgTx, project: ProjectId, number: i64) -> Result<Option<Task>, Error> {
    Ok(fetch_optional!(
        tx,
        Task,
        "SELECT t.title, t.description, t.state, t.version, p.name AS created_by, t.created_at, t.updated_at
         FROM task t JOIN person p ON p.id = t.created_by
         WHERE t.org_id = $1 AND t.project_id = $2 AND t.number = $3",
        tx.org(),
        project,
        number,
    )?)
}

/// A new task.
#[derive(Clone, Debug)]
pub struct NewTask<'a> {
    pub number: i64,
    pub title: &'a str,
    pub description: &'a str,
    /// Slug of a state of the project.
    pub state: &'a str,
    pub rank: &'a str,
    pub created_by: PersonId,
}

/// Adds a task.
///
/// # Errors
/// When the database refuses.
pub async fn create(tx: &mut OrgTx, project: ProjectId, new: &NewTask<'_>, now: DateTime<Utc>) -> Result<(), Error> {
    execute!(
        tx,
        "INSERT INTO task (org_id, project_id, number, title, description, state, rank, created_by, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)",
        tx.org(),
        project,
        new.number,
        new.title,
        new.description,
        new.state,
        new.rank,
        new.created_by,
        now,
    )?;
    Ok(())
}

/// Changes title and description if the task is still at `version`; `false` when it is not.
///
/// # Errors
/// When the database refuses.
pub async fn update(
    tx: &mut OrgTx,
    project: ProjectId,
    number: i64,
    version: i64,
    title: &str,
    description: &str,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let changed = execute!(
        tx,
        "UPDATE task SET title = $5, description = $6, version = version + 1, updated_at = $7
         WHERE org_id = $1 AND project_id = $2 AND number = $3 AND version = $4",
        tx.org(),
        project,
        number,
        version,
        title,
        description,
        now,
    )?;
    Ok(changed == 1)
}

/// The rank of a task, if it is in `state`.
///
/// # Errors
/// When the database does not answer.
pub async fn rank_of(tx: &mut OrgTx, project: ProjectId, state: &str, number: i64) -> Result<Option<String>, Error> {
    let row = fetch_optional!(
        tx,
        (String,),
        "SELECT rank FROM task WHERE org_id = $1 AND project_id = $2 AND state = $3 AND number = $4",
        tx.org(),
        project,
        state,
        number,
    )?;
    Ok(row.map(|(rank,)| rank))
}

/// The last rank in `state`, or the last one before `before`, leaving the task `except` out of account.
///
/// # Errors
/// When the database does not answer.
pub async fn rank_before(
    tx: &mut OrgTx,
    project: ProjectId,
    state: &str,
    before: Option<&str>,
    except: i64,
) -> Result<Option<String>, Error> {
    let row = fetch_optional!(
        tx,
        (String,),
        "SELECT rank FROM task
         WHERE org_id = $1 AND project_id = $2 AND state = $3 AND number <> $4 AND ($5 IS NULL OR rank < $5)
         ORDER BY rank DESC LIMIT 1",
        tx.org(),
        project,
        state,
        except,
        before,
    )?;
    Ok(row.map(|(rank,)| rank))
}

/// The numbers of the tasks in `state`, in order.
///
/// # Errors
/// When the database does not answer.
pub async fn numbers(tx: &mut OrgTx, project: ProjectId, state: &str) -> Result<Vec<i64>, Error> {
    let rows = fetch_all!(
        tx,
        (i64,),
        "SELECT number FROM task WHERE org_id = $1 AND project_id = $2 AND state = $3 ORDER BY rank, number",
        tx.org(),
        project,
        state,
    )?;
    Ok(rows.into_iter().map(|(number,)| number).collect())
}

/// Puts a task at `rank` in `state`; `false` when there is no such task.
///
/// # Errors
/// When the database refuses.
pub async fn place(
    tx: &mut OrgTx,
    project: ProjectId,
    number: i64,
    state: &str,
    rank: &str,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let changed = execute!(
        tx,
        "UPDATE task SET state = $4, rank = $5, updated_at = $6
         WHERE org_id = $1 AND project_id = $2 AND number = $3",
        tx.org(),
        project,
        number,
        state,
        rank,
        now,
    )?;
    Ok(changed == 1)
}
