//! `/organizations/{id}/invitations`: invitations to an organization.

use std::collections::HashMap;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
    routing::get,
};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    idp::{
        config::OrganizationUsage,
        form,
        id::{ClientId, ConnectionId, InvitationId, OrganizationId, RoleId},
        invite::{self, InvitationDraft},
        management::{
            error::ApiError,
            kit::{Fields, Paging, Payload, QueryText, Reading, Writing, find, require_roles, respond},
        },
        state::Idp,
        store::{
            clients::{self, Client},
            connections,
            invitations::{self, Invitation},
            organization_connections,
            organizations::Organization,
        },
    },
    kernel::database::Tx,
};

pub fn router() -> Router<Idp> {
    Router::new()
        .route("/organizations/{id}/invitations", get(list).post(create))
        .route("/organizations/{id}/invitations/{invitation_id}", get(show).delete(delete))
}

/// JSON of an invitation.
#[derive(Debug, Serialize)]
struct InvitationBody {
    id: InvitationId,
    organization_id: OrganizationId,
    inviter: Value,
    invitee: Value,
    invitation_url: String,
    created_at: String,
    expires_at: String,
    client_id: ClientId,
    #[serde(skip_serializing_if = "Option::is_none")]
    connection_id: Option<ConnectionId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_metadata: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_metadata: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    roles: Vec<RoleId>,
    ticket_id: String,
}

impl InvitationBody {
    fn of(idp: &Idp, invitation: Invitation, client: &Client, organization: &Organization) -> Result<Self, ApiError> {
        let ticket = invitation.open_ticket(&idp.sealer)?;
        Ok(Self {
            invitation_url: invite::link(&ticket, client, organization),
            id: invitation.id,
            organization_id: invitation.organization_id,
            inviter: json!({"name": invitation.inviter_name}),
            invitee: json!({"email": invitation.email}),
            created_at: invitation.created_at.iso(),
            expires_at: invitation.expires_at.iso(),
            client_id: invitation.client_id,
            connection_id: invitation.connection_id,
            app_metadata: invitation.app_metadata.0,
            user_metadata: invitation.user_metadata.0,
            roles: invitation.role_ids.0,
            ticket_id: ticket,
        })
    }
}

#[derive(Debug, Deserialize)]
struct NewInvitation {
    inviter: Inviter,
    invitee: Invitee,
    client_id: ClientId,
    connection_id: Option<ConnectionId>,
    app_metadata: Option<Map<String, Value>>,
    user_metadata: Option<Map<String, Value>>,
    /// Lifetime in seconds; 0 means the default.
    #[serde(default)]
    ttl_sec: i64,
    #[serde(default)]
    roles: Vec<RoleId>,
    #[serde(default = "yes")]
    send_invitation_email: bool,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Deserialize)]
struct Inviter {
    name: String,
}

#[derive(Debug, Deserialize)]
struct Invitee {
    email: String,
}

fn not_found() -> ApiError {
    ApiError::not_found("The invitation does not exist.", Some("inexistent_invitation"))
}

fn refuse(message: &str) -> ApiError {
    ApiError::bad_request(message, Some("invalid_body"))
}

async fn list(
    State(idp): State<Idp>,
    Path(id): Path<OrganizationId>,
    paging: Paging,
    fields: Fields,
    query: QueryText,
) -> Result<Response, ApiError> {
    let newest_first = match query.get("sort") {
        None | Some("created_at:1") => false,
        Some("created_at:-1") => true,
        Some(other) => return Err(ApiError::invalid_query(&format!("Invalid sort: {other}"), "sort")),
    };
    let mut tx = idp.database.read().await?;

    // List invitations with their clients
    let organization: Organization = find(&mut tx, &id).await?;
    let found = invitations::list(&mut tx, &id, &paging.page, newest_first, idp.now()).await?;
    let mut clients = HashMap::new();
    let mut bodies = Vec::with_capacity(found.len());
    for invitation in found {
        if !clients.contains_key(&invitation.client_id) {
            let client = client(&mut tx, &invitation.client_id).await?;
            clients.insert(invitation.client_id.clone(), client);
        }
        let client = &clients[&invitation.client_id];
        bodies.push(fields.apply(InvitationBody::of(&idp, invitation, client, &organization)?));
    }

    Ok(paging.respond_without_total("invitations", bodies))
}

async fn create(
    State(idp): State<Idp>,
    Writing(mut tx, organization): Writing<Organization>,
    Payload(new): Payload<NewInvitation>,
) -> Result<(StatusCode, Json<InvitationBody>), ApiError> {
    // Validate the client of the invitation
    let client = clients::find(&mut tx, new.client_id.as_str())
        .await?
        .ok_or_else(|| refuse("The specified client_id does not exist."))?;
    if client.organization_usage == OrganizationUsage::Deny {
        return Err(refuse("The specified client_id does not allow organizations."));
    }
    if client.initiate_login_uri.is_empty() {
        return Err(refuse("A default login route is required to generate the invitation url."));
    }

    // Validate the connection, the roles and the address
    if let Some(connection) = &new.connection_id {
        if connections::find(&mut tx, connection).await?.is_none() {
            return Err(refuse("The specified connection does not exist."));
        }
        if organization_connections::find(&mut tx, &organization.id, connection).await?.is_none() {
            return Err(refuse("The specified connection is not enabled for the organization."));
        }
    }
    require_roles(&mut tx, &new.roles).await?;
    let email = form::email(&new.invitee.email)
        .ok_or_else(|| ApiError::invalid_body("Object didn't pass validation for format email", "invitee.email"))?;

    // Insert the invitation
    let draft = InvitationDraft {
        email,
        inviter_name: new.inviter.name,
        connection_id: new.connection_id,
        role_ids: new.roles,
        app_metadata: new.app_metadata,
        user_metadata: new.user_metadata,
        lifetime: (new.ttl_sec > 0).then(|| TimeDelta::seconds(new.ttl_sec)),
        by_mail: new.send_invitation_email,
    };
    let created = invite::create(&idp, &mut tx, &organization, &client, draft).await?;
    let invitation = created.map_err(|too_many| ApiError::too_many_mails(too_many.message(idp.now())))?;
    respond::created(tx, InvitationBody::of(&idp, invitation, &client, &organization)?).await
}

async fn show(
    State(idp): State<Idp>,
    Reading(mut tx, organization): Reading<Organization>,
    Path((_, id)): Path<(OrganizationId, InvitationId)>,
    fields: Fields,
) -> Result<Json<Value>, ApiError> {
    let invitation = find_invitation(&idp, &mut tx, &organization, &id).await?;
    let client = client(&mut tx, &invitation.client_id).await?;
    Ok(Json(fields.apply(InvitationBody::of(&idp, invitation, &client, &organization)?)))
}

async fn delete(
    State(idp): State<Idp>,
    Writing(mut tx, organization): Writing<Organization>,
    Path((_, id)): Path<(OrganizationId, InvitationId)>,
) -> Result<StatusCode, ApiError> {
    let invitation = find_invitation(&idp, &mut tx, &organization, &id).await?;
    if !invitations::delete(&mut tx, &invitation.id).await? {
        return Err(not_found());
    }
    respond::no_content(tx).await
}

/// Finds an invitation of the organization.
async fn find_invitation(
    idp: &Idp,
    tx: &mut Tx,
    organization: &Organization,
    id: &InvitationId,
) -> Result<Invitation, ApiError> {
    let found = invitations::find(tx, id, idp.now()).await?;
    found.filter(|invitation| invitation.organization_id == organization.id).ok_or_else(not_found)
}

/// Finds the client of an invitation. The client exists, because deleting it deletes its invitations.
async fn client(tx: &mut Tx, id: &ClientId) -> Result<Client, ApiError> {
    clients::find(tx, id.as_str()).await?.ok_or_else(not_found)
}
