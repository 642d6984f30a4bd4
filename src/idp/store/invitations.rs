//! Table of open invitations.

use serde_json::{Map, Value};

use crate::{
    idp::{
        id::{ClientId, ConnectionId, InvitationId, OrganizationId, RoleId},
        store::{JsonText, OptionalJsonText, json_text, keyset::KeysetPage},
    },
    kernel::{
        database::{
            Tx,
            query::{execute, fetch_all, fetch_optional},
        },
        sealer::{SealedText, Sealer},
        secret::SecretHash,
        unix_time::UnixTime,
    },
};

/// An invitation that is neither accepted nor expired.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Invitation {
    pub id: InvitationId,
    /// Ticket in the link of the invitation, see [`Invitation::open_ticket`].
    pub ticket: SealedText,
    pub organization_id: OrganizationId,
    pub client_id: ClientId,
    /// Connection that the invited user must use, if any.
    pub connection_id: Option<ConnectionId>,
    /// Address in lower case.
    pub email: String,
    pub inviter_name: String,
    /// Whether this provider mailed the link. Only then does accepting prove the address: otherwise the client that
    /// created the invitation, or an administrator, passed the link on.
    pub is_mailed: bool,
    #[sqlx(try_from = "String")]
    pub role_ids: JsonText<Vec<RoleId>>,
    /// Metadata that is merged into the user on acceptance.
    #[sqlx(try_from = "Option<String>")]
    pub app_metadata: OptionalJsonText<Map<String, Value>>,
    /// Metadata that is merged into the user on acceptance.
    #[sqlx(try_from = "Option<String>")]
    pub user_metadata: OptionalJsonText<Map<String, Value>>,
    pub created_at: UnixTime,
    pub expires_at: UnixTime,
}

impl Invitation {
    /// Seals the ticket of the invitation `id`.
    pub fn seal_ticket(sealer: &Sealer, id: &InvitationId, ticket: &str) -> sqlx::Result<SealedText> {
        Ok(sealer.seal_text(&seal_context(id), ticket)?)
    }

    /// Returns the ticket, for the link of the invitation.
    pub fn open_ticket(&self, sealer: &Sealer) -> sqlx::Result<String> {
        Ok(sealer.open_text(&seal_context(&self.id), &self.ticket)?)
    }
}

/// Seal context of the ticket of the invitation `id`.
pub fn seal_context(id: &InvitationId) -> String {
    format!("ticket of invitation {id}")
}

/// Columns of [`Invitation`], with a table alias such as `t.` or none.
macro_rules! invitation_columns {
    ($alias:literal) => {
        $crate::idp::store::columns!(
            $alias,
            "id",
            "ticket",
            "organization_id",
            "client_id",
            "connection_id",
            "email",
            "inviter_name",
            "is_mailed",
            "role_ids",
            "app_metadata",
            "user_metadata",
            "created_at",
            "expires_at"
        )
    };
}

/// Inserts the invitation, which `ticket` opens, and deletes expired invitations.
pub async fn insert(tx: &mut Tx, invitation: &Invitation, ticket: &str) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM invitations WHERE expires_at <= $1", invitation.created_at)?;
    execute!(
        tx,
        "INSERT INTO invitations (id, ticket, ticket_hash, organization_id, client_id, connection_id, email, inviter_name,
             is_mailed, role_ids, app_metadata, user_metadata, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        &invitation.id,
        &invitation.ticket,
        SecretHash::of(ticket),
        &invitation.organization_id,
        &invitation.client_id,
        &invitation.connection_id,
        &invitation.email,
        &invitation.inviter_name,
        invitation.is_mailed,
        json_text(&invitation.role_ids.0)?,
        invitation.app_metadata.0.as_ref().map(json_text).transpose()?,
        invitation.user_metadata.0.as_ref().map(json_text).transpose()?,
        invitation.created_at,
        invitation.expires_at,
    )?;
    Ok(())
}

pub async fn by_ticket(tx: &mut Tx, ticket: &str, now: UnixTime) -> sqlx::Result<Option<Invitation>> {
    fetch_optional!(
        tx,
        _,
        concat!("SELECT ", invitation_columns!(""), " FROM invitations WHERE ticket_hash = $1 AND expires_at > $2"),
        SecretHash::of(ticket),
        now,
    )
}

pub async fn find(tx: &mut Tx, id: &InvitationId, now: UnixTime) -> sqlx::Result<Option<Invitation>> {
    fetch_optional!(
        tx,
        _,
        concat!("SELECT ", invitation_columns!(""), " FROM invitations WHERE id = $1 AND expires_at > $2"),
        id,
        now
    )
}

/// Lists the organization's invitations.
pub async fn list(
    tx: &mut Tx,
    organization: &OrganizationId,
    page: &KeysetPage,
    newest_first: bool,
    now: UnixTime,
) -> sqlx::Result<Vec<Invitation>> {
    let sql = if newest_first {
        concat!(
            "SELECT ",
            invitation_columns!(""),
            " FROM invitations WHERE organization_id = $1 AND expires_at > $2
         ORDER BY created_at DESC, id DESC LIMIT $3 OFFSET $4"
        )
    } else {
        concat!(
            "SELECT ",
            invitation_columns!(""),
            " FROM invitations WHERE organization_id = $1 AND expires_at > $2
         ORDER BY created_at, id LIMIT $3 OFFSET $4"
        )
    };
    fetch_all!(tx, _, sql, organization, now, page.limit, page.offset)
}

/// Deletes the invitation. Returns false if it no longer exists.
pub async fn delete(tx: &mut Tx, id: &InvitationId) -> sqlx::Result<bool> {
    Ok(execute!(tx, "DELETE FROM invitations WHERE id = $1", id)? == 1)
}
