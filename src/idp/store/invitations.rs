//! Invitations that wait to be accepted.

use serde_json::{Map, Value};

use super::{JsonText, OptionalJsonText, json_text};
use crate::{
    database::{
        Tx,
        query::{execute, fetch_optional},
    },
    idp::{
        id::{ClientId, ConnectionId, InvitationId, OrganizationId, RoleId},
        time::Timestamp,
    },
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
    /// The connection that the person must come through, if one was named.
    pub connection_id: Option<ConnectionId>,
    /// Given to the person on acceptance.
    #[sqlx(try_from = "Option<String>")]
    pub app_metadata: OptionalJsonText<Map<String, Value>>,
    #[sqlx(try_from = "Option<String>")]
    pub user_metadata: OptionalJsonText<Map<String, Value>>,
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

pub async fn insert(tx: &mut Tx, invitation: &NewInvitation<'_>) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO invitations
             (id, ticket, organization_id, client_id, email, inviter_name, role_ids, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        invitation.id,
        invitation.ticket,
        invitation.organization_id,
        invitation.client_id,
        invitation.email,
        invitation.inviter_name,
        json_text(&invitation.role_ids)?,
        invitation.created_at,
        invitation.expires_at,
    )?;
    Ok(())
}

pub async fn by_ticket(tx: &mut Tx, ticket: &str, now: Timestamp) -> sqlx::Result<Option<Invitation>> {
    fetch_optional!(tx, _, "SELECT * FROM invitations WHERE ticket = $1 AND expires_at > $2", ticket, now,)
}

pub async fn find(tx: &mut Tx, id: &InvitationId, now: Timestamp) -> sqlx::Result<Option<Invitation>> {
    fetch_optional!(tx, _, "SELECT * FROM invitations WHERE id = $1 AND expires_at > $2", id, now)
}

/// Takes the invitation away; false when it is gone already.
pub async fn delete(tx: &mut Tx, id: &InvitationId) -> sqlx::Result<bool> {
    Ok(execute!(tx, "DELETE FROM invitations WHERE id = $1", id)? == 1)
}
