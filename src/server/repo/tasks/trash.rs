//! Archived tasks, and deleted tasks until their purge.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use crate::{
    domain::{
        ids::{OrgId, PersonId, ProjectId},
        keys::ProjectKey,
    },
    server::{
        db::{Driver, OrgTx, PlatformTx, ProvenOrg, execute, fetch_all, scalar_all, scalar_one},
        error::Error,
    },
};

/// An archived or deleted task.
#[derive(Clone, Debug, FromRow)]
pub struct RemovedRow {
    pub number: i64,
    pub title: String,
    pub at: DateTime<Utc>,
    /// The name of the person who deleted it, where recorded.
    pub by: Option<String>,
}

/// Lists the deleted tasks of a project, last deleted first, at most `limit`.
pub async fn list_deleted(tx: &mut OrgTx, project: ProjectId, limit: i64) -> Result<Vec<RemovedRow>, Error> {
    Ok(fetch_all!(
        tx,
        RemovedRow,
        "SELECT t.number, t.title, t.deleted_at AS at, p.name AS by
         FROM task t LEFT JOIN person p ON p.id = t.deleted_by
         WHERE t.org_id = $1 AND t.project_id = $2 AND t.deleted_at IS NOT NULL
         ORDER BY t.deleted_at DESC, t.number DESC LIMIT $3",
        tx.org(),
        project,
        limit,
    )?)
}

/// Lists the archived tasks of a project, last archived first, at most `limit`.
pub async fn list_archived(tx: &mut OrgTx, project: ProjectId, limit: i64) -> Result<Vec<RemovedRow>, Error> {
    Ok(fetch_all!(
        tx,
        RemovedRow,
        "SELECT t.number, t.title, t.archived_at AS at, NULL AS by FROM task t
         WHERE t.org_id = $1 AND t.project_id = $2 AND t.archived_at IS NOT NULL AND t.deleted_at IS NULL
         ORDER BY t.archived_at DESC, t.number DESC LIMIT $3",
        tx.org(),
        project,
        limit,
    )?)
}

/// A deleted task that is due for its purge.
#[derive(Clone, Debug, FromRow)]
pub struct Expired {
    pub org: ProvenOrg,
    pub project: ProjectId,
    /// The project's key.
    pub key: String,
    pub number: i64,
    /// The person who deleted it, or else its creator.
    pub person: PersonId,
}

/// Lists tasks of all organizations that were deleted before `before`, ordered by organization, project and number, at most
/// `limit` after the task `after`.
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

/// Claims the purge for this node and locks the project until the transaction ends. Returns `false` if another node is
/// purging.
pub async fn claim_next(tx: &mut OrgTx, project: ProjectId) -> Result<bool, Error> {
    // SQLite allows one writer at a time and needs no lock.
    if tx.driver() == Driver::Sqlite {
        return Ok(true);
    }
    let is_claimed = scalar_one!(tx, bool, "SELECT pg_try_advisory_xact_lock(hashtext($1))", "tessera bin")?;
    if is_claimed {
        let sql = "SELECT key FROM project WHERE org_id = $1 AND id = $2";
        let key = scalar_one!(tx, String, sql, tx.org(), project)?;
        let key: ProjectKey = key.parse().map_err(|_| Error::Corrupt("project key"))?;
        tx.lock_project(&key).await?;
    }
    Ok(is_claimed)
}

/// Detaches the subtasks of a task and returns their numbers.
pub async fn detach_subtasks(tx: &mut OrgTx, project: ProjectId, number: i64) -> Result<Vec<i64>, Error> {
    Ok(scalar_all!(
        tx,
        i64,
        "UPDATE task SET parent = NULL WHERE org_id = $1 AND project_id = $2 AND parent = $3 RETURNING number",
        tx.org(),
        project,
        number,
    )?)
}

/// Purges a task that was deleted before `before`, with its comments and events. Returns `false` if it does not exist or was
/// restored.
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
