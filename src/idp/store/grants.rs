//! Grants: the permission that a login gives to a client. Codes and tokens belong to a grant and become invalid with
//! it.

use chrono::TimeDelta;

use crate::{
    idp::{
        id::{ClientId, GrantId, OrganizationId, SessionId, UserId},
        scope::Scope,
        store::JsonText,
    },
    kernel::{
        database::{
            Tx,
            query::{execute, fetch_all, fetch_optional},
        },
        unix_time::UnixTime,
    },
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
    /// Time of the authentication, if the client requested this claim.
    pub auth_time: Option<UnixTime>,
    pub revoked_at: Option<UnixTime>,
}

/// A client that receives logout tokens, with the address for them.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Listener {
    pub client_id: ClientId,
    #[sqlx(try_from = "String")]
    pub urls: JsonText<Vec<String>>,
}

pub async fn find(tx: &mut Tx, id: &GrantId) -> sqlx::Result<Option<Grant>> {
    fetch_optional!(
        tx,
        _,
        "SELECT id, user_id, client_id, organization_id, scope, audience, sid, auth_time, revoked_at FROM grants WHERE id = $1",
        id
    )
}

pub async fn insert(tx: &mut Tx, grant: &Grant, now: UnixTime) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO grants (id, user_id, client_id, organization_id, scope, audience, sid, auth_time, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &grant.id,
        &grant.user_id,
        &grant.client_id,
        &grant.organization_id,
        grant.scope.to_string(),
        &grant.audience,
        &grant.sid,
        grant.auth_time,
        now,
    )?;
    Ok(())
}

/// Revokes the grant, and with it its codes and tokens.
pub async fn update_revoked(tx: &mut Tx, id: &GrantId, now: UnixTime) -> sqlx::Result<()> {
    execute!(tx, "UPDATE grants SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", id, now)?;
    Ok(())
}

/// Revokes all grants of the user.
pub async fn update_revoked_of_user(tx: &mut Tx, user: &UserId, now: UnixTime) -> sqlx::Result<()> {
    execute!(tx, "UPDATE grants SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL", user, now)?;
    Ok(())
}

/// Revokes the user's grants in the organization.
pub async fn update_revoked_of_member(
    tx: &mut Tx,
    organization: &OrganizationId,
    user: &UserId,
    now: UnixTime,
) -> sqlx::Result<()> {
    execute!(
        tx,
        "UPDATE grants SET revoked_at = $3 WHERE organization_id = $1 AND user_id = $2 AND revoked_at IS NULL",
        organization,
        user,
        now,
    )?;
    Ok(())
}

/// Lists the clients that have a grant in the session and an address for logout tokens.
pub async fn listeners(tx: &mut Tx, sid: &SessionId) -> sqlx::Result<Vec<Listener>> {
    fetch_all!(
        tx,
        _,
        "SELECT DISTINCT c.id AS client_id, c.backchannel_logout_urls AS urls
         FROM grants g JOIN clients c ON c.id = g.client_id
         WHERE g.sid = $1 AND c.backchannel_logout_urls <> '[]' ORDER BY c.id",
        sid,
    )
}

/// Deletes grants that have no codes, tokens or session. A session needs its grants to notify the clients when it ends.
pub async fn delete_unused(tx: &mut Tx, now: UnixTime) -> sqlx::Result<()> {
    execute!(
        tx,
        "DELETE FROM grants WHERE created_at < $1
             AND NOT EXISTS (SELECT 1 FROM sessions WHERE sid = grants.sid)
             AND NOT EXISTS (SELECT 1 FROM codes WHERE grant_id = grants.id)
             AND NOT EXISTS (SELECT 1 FROM refresh_tokens WHERE grant_id = grants.id)
             AND NOT EXISTS (SELECT 1 FROM access_tokens WHERE grant_id = grants.id)",
        now.plus(-TimeDelta::days(1)),
    )?;
    Ok(())
}
