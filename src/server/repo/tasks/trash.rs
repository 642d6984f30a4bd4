//! Tasks that are put away: those in the bin, until they are deleted for ever, and those in the archive.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use crate::{
    domain::ids::{OrgId, PersonId, ProjectId},
    server::{
        db::{Driver, OrgTx, PlatformTx, execute, fetch_all, fetch_one},
        error::Error,
    },
};

/// A task that is put away.
#[derive(Clone, Debug, FromRow)]
pub struct PutAway {
    pub number: i64,
    pub title: String,
    pub at: DateTime<Utc>,
    /// The name of whoever put it there, where that is known.
    pub by: Option<String>,
}

/// What is in the bin of a project, what was put there last first: at most `limit`.
pub async fn in_bin(tx: &mut OrgTx, project: ProjectId, limit: i64) -> Result<Vec<PutAway>, Error> {
    Ok(fetch_all!(
        tx,
        PutAway,
        "SELECT t.number, t.title, t.deleted_at AS at, p.name AS by
         FROM task t LEFT JOIN person p ON p.id = t.deleted_by
         WHERE t.org_id = $1 AND t.project_id = $2 AND t.deleted_at IS NOT NULL
         ORDER BY t.deleted_at DESC, t.number DESC LIMIT $3",
        tx.org(),
        project,
        limit,
    )?)
}

/// What is in the archive of a project, what was put there last first: at most `limit`.
pub async fn in_archive(tx: &mut OrgTx, project: ProjectId, limit: i64) -> Result<Vec<PutAway>, Error> {
    Ok(fetch_all!(
        tx,
        PutAway,
        "SELECT t.number, t.title, t.archived_at AS at, NULL AS by FROM task t
         WHERE t.org_id = $1 AND t.project_id = $2 AND t.archived_at IS NOT NULL AND t.deleted_at IS NULL
         ORDER BY t.archived_at DESC, t.number DESC LIMIT $3",
        tx.org(),
        project,
        limit,
    )?)
}

/// A task whose time in the bin is up.
#[derive(Clone, Debug, FromRow)]
pub struct Expired {
    pub org: OrgId,
    pub project: ProjectId,
    /// The project's key.
    pub key: String,
    pub number: i64,
    /// Who put it there, or wrote it.
    pub person: PersonId,
}

/// Tasks of any organization that were put into the bin before `before`, in the order of organizations, projects and numbers
/// and after the task `after`: at most `limit`.
pub async fn expired(
    tx: &mut PlatformTx,
    before: DateTime<Utc>,
    after: (OrgId, ProjectId, i64),
    limit: i64,
) -> Result<Vec<Expired>, Error> {
    tx.as_worker().await?;
    Ok(fetch_all!(
        tx,
        Expired,
        "SELECT t.org_id AS org, t.project_id AS project, p.key, t.number, COALESCE(t.deleted_by, t.created_by) AS person
         FROM task t JOIN project p ON p.org_id = t.org_id AND p.id = t.project_id
         WHERE t.deleted_at < $1 AND (t.org_id, t.project_id, t.number) > ($2, $3, $4)
         ORDER BY t.org_id, t.project_id, t.number LIMIT $5",
        before,
        after.0,
        after.1,
        after.2,
        limit,
    )?)
}

/// Whether this node may delete what is due: one does at a time. Until the transaction ends.
pub async fn claim_next(tx: &mut OrgTx, project: ProjectId) -> Result<bool, Error> {
    // A transaction that writes to SQLite is alone from its beginning.
    if tx.driver() == Driver::Sqlite {
        return Ok(true);
    }
    let (is_taken,) = fetch_one!(tx, (bool,), "SELECT pg_try_advisory_xact_lock(hashtext($1))", "tessera bin")?;
    if is_taken {
        let sql = "SELECT key FROM project WHERE org_id = $1 AND id = $2 FOR NO KEY UPDATE";
        fetch_one!(tx, (String,), sql, tx.org(), project)?;
    }
    Ok(is_taken)
}

/// The numbers of the tasks that are parts of the task `number`; they are no more.
pub async fn release_parts(tx: &mut OrgTx, project: ProjectId, number: i64) -> Result<Vec<i64>, Error> {
    let rows = fetch_all!(
        tx,
        (i64,),
        "UPDATE task SET parent = NULL WHERE org_id = $1 AND project_id = $2 AND parent = $3 RETURNING number",
        tx.org(),
        project,
        number,
    )?;
    Ok(rows.into_iter().map(|(number,)| number).collect())
}

/// Deletes a task that was put into the bin before `before`, with all that was said about it and its whole history;
/// `false` when there is none.
pub async fn purge(tx: &mut OrgTx, project: ProjectId, number: i64, before: DateTime<Utc>) -> Result<bool, Error> {
    let gone = execute!(
        tx,
        "DELETE FROM task WHERE org_id = $1 AND project_id = $2 AND number = $3 AND deleted_at <= $4",
        tx.org(),
        project,
        number,
        before,
    )?;
    if gone == 0 {
        return Ok(false);
    }
    let sql = "DELETE FROM event WHERE org_id = $1 AND project_id = $2 AND task = $3";
    execute!(tx, sql, tx.org(), project, number)?;
    Ok(true)
}
