//! `/organizations/{id}/client-grants`

use axum::{
    Json, Router,
    extract::{Path, State},
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
        guard::{Payload, QueryText},
        lookup,
        paging::Paging,
        respond,
    },
    state::Idp,
    store::{
        client_grants::{self, ClientGrant},
        organization_client_grants::{self, Filter},
    },
};

pub fn router() -> Router<Idp> {
    Router::new()
        .route("/organizations/{id}/client-grants", get(list).post(associate))
        .route("/organizations/{id}/client-grants/{grant_id}", delete(dissociate))
}

/// JSON of a grant.
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

/// JSON of an association: Auth0 documents `id` and returns `grant_id`.
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

async fn list(State(idp): State<Idp>, Path(id): Path<OrganizationId>, query: QueryText) -> Result<Response, ApiError> {
    let paging = Paging::of(&query)?;
    let filter = Filter {
        audience: query.get("audience").map(str::to_owned),
        client_id: query.get("client_id").map(ClientId::known),
        grant_ids: query.all("grant_ids").iter().map(|id| ClientGrantId::known(id)).collect(),
    };
    let mut tx = idp.database.read().await?;
    lookup::organization(&mut tx, &id).await?;
    let found = organization_client_grants::list(&mut tx, &id, &filter, &paging.page).await?;
    let total = paging.total(organization_client_grants::count(&mut tx, &id, &filter)).await?;
    Ok(paging.respond("client_grants", found, total, GrantBody::from))
}

async fn associate(
    State(idp): State<Idp>,
    Path(id): Path<OrganizationId>,
    Payload(body): Payload<Association>,
) -> Result<(StatusCode, Json<AssociatedBody>), ApiError> {
    let mut tx = idp.database.write().await?;

    // Validate
    lookup::organization(&mut tx, &id).await?;
    let grant = client_grants::find(&mut tx, &body.grant_id).await?.ok_or_else(not_found)?;
    if matches!(grant.organization_usage, None | Some(OrganizationUsage::Deny)) {
        let message = "The client grant does not allow organizations.";
        return Err(ApiError::bad_request(message, Some("invalid_body")));
    }

    // Associate
    if !organization_client_grants::insert(&mut tx, &id, &grant.id).await? {
        let message = "The client grant is already associated with the organization.";
        return Err(ApiError::conflict(message, None));
    }
    tx.commit().await?;

    // Respond
    let body = AssociatedBody { grant_id: grant.id.clone(), grant: grant.into() };
    Ok((StatusCode::CREATED, Json(body)))
}

async fn dissociate(
    State(idp): State<Idp>,
    Path((id, grant)): Path<(OrganizationId, ClientGrantId)>,
) -> Result<StatusCode, ApiError> {
    let mut tx = idp.database.write().await?;
    lookup::organization(&mut tx, &id).await?;
    if !organization_client_grants::delete(&mut tx, &id, &grant).await? {
        return Err(not_found());
    }
    respond::no_content(tx).await
}
