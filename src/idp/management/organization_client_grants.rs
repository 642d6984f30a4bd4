//! `/organizations/{id}/client-grants`: client grants that the organization accepts.

use axum::{
    Json, Router,
    extract::Path,
    http::StatusCode,
    response::Response,
    routing::{delete, get},
};
use serde::{Deserialize, Serialize};

use crate::idp::{
    config::OrganizationUsage,
    id::{ClientGrantId, ClientId, OrganizationId},
    management::{
        error::ApiError,
        kit::{Paging, Payload, QueryText, Reading, Writing, respond},
    },
    state::Idp,
    store::{
        client_grants::{self, ClientGrant},
        organization_client_grants::{self, Filter},
        organizations::Organization,
    },
};

pub fn router() -> Router<Idp> {
    Router::new()
        .route("/organizations/{id}/client-grants", get(list).post(associate))
        .route("/organizations/{id}/client-grants/{grant_id}", delete(dissociate))
}

/// JSON of a client grant.
#[derive(Debug, Serialize)]
struct GrantBody {
    id: ClientGrantId,
    client_id: ClientId,
    audience: String,
    scope: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization_usage: Option<OrganizationUsage>,
    allow_any_organization: bool,
}

impl From<ClientGrant> for GrantBody {
    fn from(grant: ClientGrant) -> Self {
        Self {
            id: grant.id,
            client_id: grant.client_id,
            audience: grant.audience,
            scope: grant.scope.0,
            organization_usage: grant.organization_usage,
            allow_any_organization: grant.allow_any_organization,
        }
    }
}

/// JSON of an association between an organization and a client grant. Auth0 documents `id` and returns `grant_id`.
#[derive(Debug, Serialize)]
struct AssociatedBody {
    grant_id: ClientGrantId,
    #[serde(flatten)]
    grant: GrantBody,
}

#[derive(Debug, Deserialize)]
struct Association {
    grant_id: ClientGrantId,
}

fn not_found() -> ApiError {
    ApiError::not_found("The client grant does not exist.", Some("inexistent_client_grant"))
}

async fn list(
    paging: Paging,
    Reading(mut tx, organization): Reading<Organization>,
    query: QueryText,
) -> Result<Response, ApiError> {
    let filter = Filter {
        audience: query.get("audience").map(str::to_owned),
        client_id: query.get("client_id").map(ClientId::unchecked),
        grant_ids: query.all("grant_ids").iter().map(|id| ClientGrantId::unchecked(id)).collect(),
    };
    let found = organization_client_grants::list(&mut tx, &organization.id, &filter, &paging.page).await?;
    let total = paging.total(organization_client_grants::count(&mut tx, &organization.id, &filter)).await?;
    Ok(paging.respond("client_grants", found, total, GrantBody::from))
}

async fn associate(
    Writing(mut tx, organization): Writing<Organization>,
    Payload(body): Payload<Association>,
) -> Result<(StatusCode, Json<AssociatedBody>), ApiError> {
    // Check that the grant allows organizations
    let grant = client_grants::find(&mut tx, &body.grant_id).await?.ok_or_else(not_found)?;
    if matches!(grant.organization_usage, None | Some(OrganizationUsage::Deny)) {
        let message = "The client grant does not allow organizations.";
        return Err(ApiError::bad_request(message, Some("invalid_body")));
    }

    // Insert the association
    if !organization_client_grants::insert(&mut tx, &organization.id, &grant.id).await? {
        let message = "The client grant is already associated with the organization.";
        return Err(ApiError::conflict(message, None));
    }
    respond::created(tx, AssociatedBody { grant_id: grant.id.clone(), grant: grant.into() }).await
}

async fn dissociate(
    Writing(mut tx, organization): Writing<Organization>,
    Path((_, grant)): Path<(OrganizationId, ClientGrantId)>,
) -> Result<StatusCode, ApiError> {
    if !organization_client_grants::delete(&mut tx, &organization.id, &grant).await? {
        return Err(not_found());
    }
    respond::no_content(tx).await
}
