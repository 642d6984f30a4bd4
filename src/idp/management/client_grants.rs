//! `/client-grants`: grants of clients for APIs.

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
    routing::get,
};
use serde::{Deserialize, Serialize};

use crate::{
    idp::{
        config::OrganizationUsage,
        id::{ClientGrantId, ClientId},
        management::{
            error::ApiError,
            kit::{Paging, Payload, QueryText, Reading, Resource, find, patch, respond},
            organizations::body::OrganizationBody,
        },
        state::Idp,
        store::{
            JsonText, apis,
            client_grants::{self, ClientGrant, Filter, SubjectType},
            clients,
        },
    },
    kernel::database::Tx,
};

pub fn router() -> Router<Idp> {
    Router::new()
        .route("/client-grants", get(list).post(create))
        .route("/client-grants/{id}", get(show).patch(update).delete(delete))
        .route("/client-grants/{id}/organizations", get(organizations))
}

/// JSON of a client grant.
#[derive(Debug, Serialize)]
pub struct ClientGrantBody {
    id: ClientGrantId,
    client_id: ClientId,
    audience: String,
    scope: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization_usage: Option<OrganizationUsage>,
    allow_any_organization: bool,
    subject_type: SubjectType,
}

impl From<ClientGrant> for ClientGrantBody {
    fn from(grant: ClientGrant) -> Self {
        Self {
            id: grant.id,
            client_id: grant.client_id,
            audience: grant.audience,
            scope: grant.scope.0,
            organization_usage: grant.organization_usage,
            allow_any_organization: grant.allow_any_organization,
            subject_type: grant.subject_type,
        }
    }
}

#[derive(Debug, Deserialize)]
struct NewGrant {
    client_id: Option<ClientId>,
    audience: String,
    #[serde(default)]
    scope: Vec<String>,
    organization_usage: Option<OrganizationUsage>,
    #[serde(default)]
    allow_any_organization: bool,
    subject_type: Option<SubjectType>,
    #[serde(flatten)]
    unsupported: Unsupported,
}

/// Changes to a client grant. The outer `None` keeps a property, the inner `None` removes it.
#[derive(Debug, Deserialize)]
struct ClientGrantPatch {
    #[serde(default, deserialize_with = "patch::sent")]
    scope: Option<Option<Vec<String>>>,
    #[serde(default, deserialize_with = "patch::sent")]
    organization_usage: Option<Option<OrganizationUsage>>,
    #[serde(default, deserialize_with = "patch::sent")]
    allow_any_organization: Option<Option<bool>>,
    #[serde(flatten)]
    unsupported: Unsupported,
}

/// Properties of Auth0's request that this provider does not support.
#[derive(Debug, Deserialize)]
struct Unsupported {
    default_for: Option<String>,
    #[serde(default)]
    authorization_details_types: Vec<String>,
    allow_all_scopes: Option<bool>,
}

impl Unsupported {
    /// Refuses requests with unsupported properties instead of ignoring them.
    fn check(&self) -> Result<(), ApiError> {
        let name = if self.default_for.is_some() {
            "default_for"
        } else if !self.authorization_details_types.is_empty() {
            "authorization_details_types"
        } else if self.allow_all_scopes == Some(true) {
            "allow_all_scopes"
        } else {
            return Ok(());
        };
        Err(ApiError::unsupported(format!("{name} is not supported")))
    }
}

impl Resource for ClientGrant {
    type Id = ClientGrantId;

    async fn find(tx: &mut Tx, id: &ClientGrantId) -> sqlx::Result<Option<Self>> {
        client_grants::find(tx, id).await
    }

    fn not_found() -> ApiError {
        ApiError::not_found("The client grant does not exist", Some("inexistent_client_grant"))
    }
}

async fn list(State(idp): State<Idp>, paging: Paging, query: QueryText) -> Result<Response, ApiError> {
    let filter = Filter {
        audience: query.get("audience"),
        client_id: query.get("client_id"),
        allow_any_organization: query.get("allow_any_organization").map(|text| text == "true"),
        subject_type: query.get("subject_type").map(|text| match text {
            "user" => SubjectType::User,
            _ => SubjectType::Client,
        }),
    };
    // No grant of this provider is a default for third-party clients, so this parameter matches nothing.
    let (mut found, mut total) = (Vec::new(), 0);
    if query.get("default_for").is_none() {
        let mut tx = idp.database.read().await?;
        found = client_grants::list(&mut tx, &filter, &paging.page).await?;
        total = paging.total(client_grants::count(&mut tx, &filter)).await?;
    }
    Ok(paging.respond("client_grants", found, total, ClientGrantBody::from))
}

async fn show(Reading(_, grant): Reading<ClientGrant>) -> Json<ClientGrantBody> {
    Json(grant.into())
}

async fn create(
    State(idp): State<Idp>,
    Payload(body): Payload<NewGrant>,
) -> Result<(StatusCode, Json<ClientGrantBody>), ApiError> {
    // Validate the body
    body.unsupported.check()?;
    let client_id = body.client_id.ok_or_else(|| ApiError::invalid_body("Missing required property: client_id", ""))?;
    let mut tx = idp.database.write().await?;
    if clients::find(&mut tx, client_id.as_str()).await?.is_none() {
        return Err(ApiError::no_client());
    }
    check_scope(&mut tx, &body.audience, &body.scope).await?;

    // Insert the grant
    let grant = ClientGrant {
        id: ClientGrantId::random(&idp.random),
        client_id,
        audience: body.audience,
        scope: JsonText(without_repetitions(body.scope)),
        organization_usage: body.organization_usage,
        allow_any_organization: body.allow_any_organization,
        subject_type: body.subject_type.unwrap_or(SubjectType::Client),
        created_at: idp.now(),
    };
    if !client_grants::insert(&mut tx, &grant).await? {
        let ClientGrant { client_id, audience, .. } = &grant;
        let message = format!("A client grant already exists between {client_id} and {audience}");
        return Err(ApiError::conflict(message, None));
    }
    respond::created(tx, grant.into()).await
}

async fn update(
    State(idp): State<Idp>,
    Path(id): Path<ClientGrantId>,
    Payload(patch): Payload<ClientGrantPatch>,
) -> Result<Json<ClientGrantBody>, ApiError> {
    patch.unsupported.check()?;
    let mut tx = idp.database.write().await?;
    let mut grant: ClientGrant = find(&mut tx, &id).await?;
    if let Some(scope) = patch.scope {
        let scope = scope.unwrap_or_default();
        check_scope(&mut tx, &grant.audience, &scope).await?;
        grant.scope = JsonText(without_repetitions(scope));
    }
    if let Some(usage) = patch.organization_usage {
        grant.organization_usage = usage;
    }
    if let Some(allow) = patch.allow_any_organization {
        grant.allow_any_organization = allow.unwrap_or_default();
    }
    client_grants::update(&mut tx, &grant).await?;
    respond::ok(tx, grant.into()).await
}

/// Deletes the grant. Responds with 204 even if the grant does not exist.
async fn delete(State(idp): State<Idp>, Path(id): Path<ClientGrantId>) -> Result<StatusCode, ApiError> {
    let mut tx = idp.database.write().await?;
    client_grants::delete(&mut tx, &id).await?;
    respond::no_content(tx).await
}

async fn organizations(paging: Paging, Reading(mut tx, grant): Reading<ClientGrant>) -> Result<Response, ApiError> {
    let found = client_grants::organizations(&mut tx, &grant.id, &paging.page).await?;
    let total = paging.total(client_grants::count_organizations(&mut tx, &grant.id)).await?;
    Ok(paging.respond("organizations", found, total, OrganizationBody::from))
}

/// Refuses the scope unless the API exists and has every permission in it.
async fn check_scope(tx: &mut Tx, audience: &str, scope: &[String]) -> Result<(), ApiError> {
    if apis::find(tx, audience).await?.is_none() {
        return Err(ApiError::unknown_audience(audience));
    }
    for name in scope {
        if !apis::has_permission(tx, audience, name).await? {
            let message = format!("The scope '{name}' does not exist in the resource server '{audience}'");
            return Err(ApiError::bad_request(message, None));
        }
    }
    Ok(())
}

fn without_repetitions(mut scope: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    scope.retain(|name| seen.insert(name.clone()));
    scope
}
