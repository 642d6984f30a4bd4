//! `/resource-servers`: the APIs that tokens are for.

mod write;

use axum::{
    Json, Router,
    extract::{Path, State},
    response::Response,
    routing::get,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    error::ApiError,
    guard::QueryText,
    paging::{Cursor, Paging},
};
use crate::{
    idp::{
        Idp,
        id::ApiId,
        store::apis::{self, Api, Permission, TokenDialect},
    },
    kernel::database::Tx,
};

pub fn router() -> Router<Idp> {
    Router::new()
        .route("/resource-servers", get(list).post(write::create))
        .route("/resource-servers/{id}", get(show).patch(write::update).delete(write::delete))
}

/// A permission as the API reads and writes it.
#[derive(Debug, Serialize, Deserialize)]
struct Scope {
    value: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    description: String,
}

impl From<Permission> for Scope {
    fn from(permission: Permission) -> Self {
        Self { value: permission.name, description: permission.description }
    }
}

/// An API as the Management API writes it.
#[derive(Debug, Serialize)]
struct ResourceServerBody {
    id: ApiId,
    name: String,
    identifier: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    scopes: Option<Vec<Scope>>,
    is_system: bool,
    signing_alg: &'static str,
    allow_offline_access: bool,
    skip_consent_for_verifiable_first_party_clients: bool,
    token_lifetime: i64,
    token_lifetime_for_web: i64,
    enforce_policies: bool,
    token_dialect: TokenDialect,
    subject_type_authorization: Value,
}

impl ResourceServerBody {
    fn of(api: Api, permissions: Option<Vec<Permission>>) -> Self {
        Self {
            id: api.id,
            name: api.name,
            identifier: api.identifier,
            scopes: permissions.map(|permissions| permissions.into_iter().map(Scope::from).collect()),
            is_system: api.is_system,
            signing_alg: SIGNING_ALGORITHM,
            allow_offline_access: api.allow_offline_access,
            skip_consent_for_verifiable_first_party_clients: api.skip_consent_for_verifiable_first_party_clients,
            token_lifetime: api.token_lifetime,
            token_lifetime_for_web: api.token_lifetime_for_web,
            enforce_policies: api.enforce_policies,
            token_dialect: api.token_dialect,
            subject_type_authorization: subject_type_authorization(),
        }
    }

    async fn with_scopes(tx: &mut Tx, api: Api) -> sqlx::Result<Self> {
        let permissions = apis::permissions(tx, &api.identifier).await?;
        Ok(Self::of(api, Some(permissions)))
    }
}

/// What signs every token.
const SIGNING_ALGORITHM: &str = "RS256";

/// People may get tokens for every API, clients need a grant.
fn subject_type_authorization() -> Value {
    json!({"user": {"policy": "allow_all"}, "client": {"policy": "require_client_grant"}})
}

/// 404
pub fn not_found() -> ApiError {
    ApiError::not_found("The resource server does not exist", Some("inexistent_resource_server"))
}

/// The API that a path names by id or by identifier. Some clients encode the identifier twice.
async fn find(tx: &mut Tx, id: &str) -> sqlx::Result<Option<Api>> {
    if let Some(api) = apis::by_id_or_identifier(tx, id).await? {
        return Ok(Some(api));
    }
    let encoded = id.replace('+', "%2B").replace('&', "%26");
    match url::form_urlencoded::parse(encoded.as_bytes()).next() {
        // What PostgreSQL cannot store is nowhere.
        Some((decoded, _)) if decoded != id && !decoded.contains('\0') => apis::by_id_or_identifier(tx, &decoded).await,
        _ => Ok(None),
    }
}

async fn list(State(idp): State<Idp>, query: QueryText) -> Result<Response, ApiError> {
    let paging = Paging::of(&query)?;
    let mut tx = idp.0.database.read().await?;
    let identifiers = query.all("identifiers");
    let (found, total) = if identifiers.is_empty() {
        let total = if paging.wants_total() { apis::count(&mut tx).await? } else { 0 };
        (apis::list(&mut tx, &paging.slice).await?, total)
    } else {
        let mut found = Vec::new();
        for identifier in identifiers {
            found.extend(apis::find(&mut tx, identifier).await?);
        }
        let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
        (paging.slice.cut(found, |_| Cursor::START), total)
    };
    let mut bodies = Vec::new();
    for api in found {
        bodies.push(ResourceServerBody::with_scopes(&mut tx, api).await?);
    }
    // The interface has no checkpoints here, so that no cursor is needed.
    Ok(paging.respond("resource_servers", bodies, total, |_| Cursor::START, |body| body))
}

async fn show(State(idp): State<Idp>, Path(id): Path<String>) -> Result<Json<ResourceServerBody>, ApiError> {
    let mut tx = idp.0.database.read().await?;
    let api = find(&mut tx, &id).await?.ok_or_else(not_found)?;
    Ok(Json(ResourceServerBody::with_scopes(&mut tx, api).await?))
}
