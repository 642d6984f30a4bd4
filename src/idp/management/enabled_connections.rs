//! `/organizations/{id}/enabled_connections`, and the same as `/organizations/{id}/connections`: connections that the
//! organization uses.

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
    routing::get,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    idp::{
        id::{ConnectionId, OrganizationId},
        management::{
            error::ApiError,
            kit::{Paging, Payload, QueryText, Reading, Writing, respond},
        },
        state::Idp,
        store::{
            connections::{self, Connection, Strategy},
            organization_connections::{self, EnabledConnection, Usage},
            organizations::Organization,
        },
    },
    kernel::database::Tx,
};

pub fn router() -> Router<Idp> {
    Router::new()
        .route("/organizations/{id}/enabled_connections", get(list).post(enable))
        .route("/organizations/{id}/enabled_connections/{connectionId}", get(show).patch(update).delete(disable))
        .route("/organizations/{id}/connections", get(list_all).post(enable))
        .route("/organizations/{id}/connections/{connectionId}", get(show).patch(update).delete(disable))
}

/// JSON of a connection with the settings of the organization for it.
#[derive(Debug, Serialize)]
pub struct EnabledConnectionBody {
    connection_id: ConnectionId,
    /// Whether users may sign up. Present for database connections only.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_signup_enabled: Option<bool>,
    assign_membership_on_login: bool,
    show_as_button: bool,
    connection: Value,
}

impl From<EnabledConnection> for EnabledConnectionBody {
    fn from(enabled: EnabledConnection) -> Self {
        Self {
            connection_id: enabled.connection_id,
            is_signup_enabled: (enabled.strategy == Strategy::Auth0).then_some(enabled.is_signup_enabled),
            assign_membership_on_login: enabled.assign_membership_on_login,
            show_as_button: enabled.show_as_button,
            connection: json!({"name": enabled.name, "strategy": enabled.strategy}),
        }
    }
}

/// Settings of the organization for a connection, as a caller sends them.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct UsageBody {
    assign_membership_on_login: Option<bool>,
    show_as_button: Option<bool>,
    is_signup_enabled: Option<bool>,
}

impl From<UsageBody> for Usage {
    fn from(body: UsageBody) -> Self {
        Self {
            assign_membership_on_login: body.assign_membership_on_login,
            show_as_button: body.show_as_button,
            is_signup_enabled: body.is_signup_enabled,
        }
    }
}

#[derive(Debug, Deserialize)]
struct NewConnection {
    connection_id: ConnectionId,
    #[serde(flatten)]
    usage: UsageBody,
}

fn not_found() -> ApiError {
    ApiError::not_found("The connection does not exist.", Some("inexistent_connection"))
}

/// Refuses sign-up without membership, because users who sign up for an organization become members.
pub fn check(connection: &Connection, usage: Usage) -> Result<(), ApiError> {
    let signs_up = connection.strategy == Strategy::Auth0 && usage.is_signup_enabled == Some(true);
    if signs_up && usage.assign_membership_on_login != Some(true) {
        let message = "is_signup_enabled can only be true if assign_membership_on_login is true.";
        return Err(ApiError::bad_request(message, Some("invalid_body")));
    }
    Ok(())
}

/// Finds a connection that is enabled for the organization.
async fn find_enabled(
    tx: &mut Tx,
    organization: &Organization,
    connection: &ConnectionId,
) -> Result<EnabledConnection, ApiError> {
    organization_connections::find(tx, &organization.id, connection).await?.ok_or_else(not_found)
}

async fn list(paging: Paging, Reading(mut tx, organization): Reading<Organization>) -> Result<Response, ApiError> {
    let found = organization_connections::list(&mut tx, &organization.id, &paging.page).await?;
    let total = paging.total(organization_connections::count(&mut tx, &organization.id)).await?;
    Ok(paging.respond("enabled_connections", found, total, EnabledConnectionBody::from))
}

/// Lists the connections under the name of the newer endpoint. All of them are enabled here.
async fn list_all(
    paging: Paging,
    query: QueryText,
    Reading(mut tx, organization): Reading<Organization>,
) -> Result<Response, ApiError> {
    let (mut found, mut total) = (Vec::new(), 0);
    if query.get("is_enabled") != Some("false") {
        found = organization_connections::list(&mut tx, &organization.id, &paging.page).await?;
        total = paging.total(organization_connections::count(&mut tx, &organization.id)).await?;
    }
    Ok(paging.respond("connections", found, total, |enabled| {
        let mut body = json!(EnabledConnectionBody::from(enabled));
        body["is_enabled"] = true.into();
        body
    }))
}

async fn enable(
    State(idp): State<Idp>,
    Writing(mut tx, organization): Writing<Organization>,
    Payload(new): Payload<NewConnection>,
) -> Result<(StatusCode, Json<EnabledConnectionBody>), ApiError> {
    // Validate the connection and its settings
    let connection = connections::find(&mut tx, &new.connection_id).await?.ok_or_else(not_found)?;
    let usage = new.usage.into();
    check(&connection, usage)?;

    // Enable the connection for the organization
    if !organization_connections::insert(&mut tx, &organization.id, &connection.id, usage, idp.now()).await? {
        let message = "The connection is already enabled for the organization.";
        return Err(ApiError::bad_request(message, Some("invalid_body")));
    }

    // Respond with the stored settings
    let stored = find_enabled(&mut tx, &organization, &connection.id).await?;
    respond::created(tx, stored.into()).await
}

async fn show(
    Reading(mut tx, organization): Reading<Organization>,
    Path((_, connection)): Path<(OrganizationId, ConnectionId)>,
) -> Result<Json<EnabledConnectionBody>, ApiError> {
    Ok(Json(find_enabled(&mut tx, &organization, &connection).await?.into()))
}

async fn update(
    Writing(mut tx, organization): Writing<Organization>,
    Path((_, connection)): Path<(OrganizationId, ConnectionId)>,
    Payload(body): Payload<UsageBody>,
) -> Result<Json<EnabledConnectionBody>, ApiError> {
    // Update the settings
    let connection = connections::find(&mut tx, &connection).await?.ok_or_else(not_found)?;
    if !organization_connections::update(&mut tx, &organization.id, &connection.id, body.into()).await? {
        return Err(not_found());
    }

    // Validate the resulting settings
    let stored = find_enabled(&mut tx, &organization, &connection.id).await?;
    if body.is_signup_enabled.is_some() || body.assign_membership_on_login.is_some() {
        let usage = Usage {
            assign_membership_on_login: Some(stored.assign_membership_on_login),
            show_as_button: Some(stored.show_as_button),
            is_signup_enabled: Some(stored.is_signup_enabled),
        };
        check(&connection, usage)?;
    }
    respond::ok(tx, stored.into()).await
}

async fn disable(
    Writing(mut tx, organization): Writing<Organization>,
    Path((_, connection)): Path<(OrganizationId, ConnectionId)>,
) -> Result<StatusCode, ApiError> {
    if !organization_connections::delete(&mut tx, &organization.id, &connection).await? {
        return Err(not_found());
    }
    respond::no_content(tx).await
}
