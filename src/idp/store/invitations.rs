//! Invitations that wait to be accepted.

use sqlx::SqliteConnection;

use super::{JsonText, json_text};
use crate::idp::{
    id::{ClientId, InvitationId, OrganizationId, RoleId},
    secret::SecretHash,
    time::Timestamp,
};

/// An invitation that has not been used and has not expired.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Invitation {
    pub id: InvitationId,
    pub organization_id: OrganizationId,
    pub client_id: ClientId,
    /// In lower case.
    pub email: String,
    pub inviter_name: String,
    #[sqlx(try_from = "String")]
    pub role_ids: JsonText<Vec<RoleId>>,
}

/// An invitation to be created.
#[derive(Debug)]
pub struct NewInvitation<'a> {
    pub id: &'a InvitationId,
    pub ticket: &'a str,
    pub organization_id: &'a OrganizationId,
    pub client_id: &'a ClientId,
    pub email: &'a str,
    pub inviter_name: &'a str,
    pub role_ids: &'a [RoleId],
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

pub async fn insert(conn: &mut SqliteConnection, invitation: &NewInvitation<'_>) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO invitations
             (id, ticket_hash, organization_id, client_id, email, inviter_name, role_ids, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(invitation.id)
    .bind(SecretHash::of(invitation.ticket))
    .bind(invitation.organization_id)
    .bind(invitation.client_id)
    .bind(invitation.email)
    .bind(invitation.inviter_name)
    .bind(json_text(&invitation.role_ids)?)
    .bind(invitation.created_at)
    .bind(invitation.expires_at)
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn by_ticket(conn: &mut SqliteConnection, ticket: &str, now: Timestamp) -> sqlx::Result<Option<Invitation>> {
    sqlx::query_as("SELECT * FROM invitations WHERE ticket_hash = $1 AND expires_at > $2")
        .bind(SecretHash::of(ticket))
        .bind(now)
        .fetch_optional(conn)
        .await
}

pub async fn find(conn: &mut SqliteConnection, id: &InvitationId, now: Timestamp) -> sqlx::Result<Option<Invitation>> {
    sqlx::query_as("SELECT * FROM invitations WHERE id = $1 AND expires_at > $2")
        .bind(id)
        .bind(now)
        .fetch_optional(conn)
        .await
}

pub async fn delete(conn: &mut SqliteConnection, id: &InvitationId) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM invitations WHERE id = $1").bind(id).execute(conn).await?;
    Ok(())
}
