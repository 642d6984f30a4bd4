//! What one login gave a client. Codes and tokens hang on it and fall with it.

use chrono::TimeDelta;
use sqlx::SqliteConnection;

use crate::idp::{
    id::{ClientId, GrantId, OrganizationId, SessionId, UserId},
    scope::Scope,
    time::Timestamp,
};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Grant {
    pub id: GrantId,
    pub user_id: UserId,
    pub client_id: ClientId,
    pub organization_id: Option<OrganizationId>,
    #[sqlx(try_from = "String")]
    pub scope: Scope,
    pub audience: Option<String>,
    pub sid: SessionId,
    /// Present when the client asked for it.
    pub auth_time: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

pub async fn find(conn: &mut SqliteConnection, id: &GrantId) -> sqlx::Result<Option<Grant>> {
    sqlx::query_as("SELECT * FROM grants WHERE id = $1").bind(id).fetch_optional(conn).await
}

pub async fn insert(conn: &mut SqliteConnection, grant: &Grant, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO grants (id, user_id, client_id, organization_id, scope, audience, sid, auth_time, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&grant.id)
    .bind(&grant.user_id)
    .bind(&grant.client_id)
    .bind(&grant.organization_id)
    .bind(grant.scope.to_string())
    .bind(&grant.audience)
    .bind(&grant.sid)
    .bind(grant.auth_time)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends everything that came of the login.
pub async fn revoke(conn: &mut SqliteConnection, id: &GrantId, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query("UPDATE grants SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL")
        .bind(id)
        .bind(now)
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets the grants that nothing hangs on any more.
pub async fn sweep(conn: &mut SqliteConnection, now: Timestamp) -> sqlx::Result<()> {
    sqlx::query(
        "DELETE FROM grants WHERE created_at < $1
             AND NOT EXISTS (SELECT 1 FROM codes WHERE grant_id = grants.id)
             AND NOT EXISTS (SELECT 1 FROM refresh_tokens WHERE grant_id = grants.id)
             AND NOT EXISTS (SELECT 1 FROM access_tokens WHERE grant_id = grants.id)",
    )
    .bind(now.plus(-TimeDelta::days(1)))
    .execute(conn)
    .await?;
    Ok(())
}
