//! `/roles`: roles of the tenant.

use axum::{
    Json, Router,
    extract::{Path, State},
    response::Response,
    routing::get,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::idp::{
    id::RoleId,
    management::{
        error::ApiError,
        kit::{Paging, Payload, QueryText, Reading, find, respond},
    },
    state::Idp,
    store::{
        self,
        roles::{self, Role},
    },
};

pub fn router() -> Router<Idp> {
    Router::new().route("/roles", get(list).post(create)).route("/roles/{id}", get(show).patch(update).delete(delete))
}

/// JSON of a role.
#[derive(Debug, Serialize)]
pub struct RoleBody {
    id: RoleId,
    name: String,
    description: String,
}

impl From<Role> for RoleBody {
    fn from(role: Role) -> Self {
        Self { id: role.id, name: role.name, description: role.description }
    }
}

#[derive(Debug, Deserialize)]
struct NewRole {
    name: String,
    #[serde(default)]
    description: String,
}

#[derive(Debug, Deserialize)]
struct RolePatch {
    name: Option<String>,
    description: Option<String>,
}

fn name_taken() -> ApiError {
    ApiError::conflict("A role with the same name already exists", None)
}

fn check_name(name: &str) -> Result<(), ApiError> {
    let is_empty = name.trim().is_empty();
    if is_empty { Err(ApiError::invalid_body("String is too short (0 chars), minimum 1", "name")) } else { Ok(()) }
}

async fn list(State(idp): State<Idp>, paging: Paging, query: QueryText) -> Result<Response, ApiError> {
    let name = query.get("name_filter").unwrap_or_default();
    let (mut found, mut total) = (Vec::new(), 0);
    // All roles are the tenant's; no organization has roles of its own.
    if query.get("type") != Some("organization") && query.get("owner_id").is_none() {
        let mut tx = idp.database.read().await?;
        found = roles::list(&mut tx, name, &paging.page).await?;
        total = paging.total(roles::count(&mut tx, name)).await?;
    }
    Ok(paging.respond("roles", found, total, RoleBody::from))
}

async fn show(Reading(_, role): Reading<Role>) -> Json<RoleBody> {
    Json(role.into())
}

async fn create(State(idp): State<Idp>, Payload(body): Payload<NewRole>) -> Result<Json<RoleBody>, ApiError> {
    check_name(&body.name)?;
    let role =
        Role { id: RoleId::random(&idp.random), name: body.name, description: body.description, created_at: idp.now() };
    let mut tx = idp.database.write().await?;
    if !roles::insert(&mut tx, &role).await? {
        return Err(name_taken());
    }
    respond::ok(tx, role.into()).await
}

async fn update(
    State(idp): State<Idp>,
    Path(id): Path<RoleId>,
    Payload(patch): Payload<RolePatch>,
) -> Result<Json<RoleBody>, ApiError> {
    patch.name.as_deref().map_or(Ok(()), check_name)?;
    let mut tx = idp.database.write().await?;
    let (name, description) = (patch.name.as_deref(), patch.description.as_deref());
    roles::update(&mut tx, &id, name, description)
        .await
        .map_err(|error| if store::is_taken(&error) { name_taken() } else { error.into() })?;
    let role: Role = find(&mut tx, &id).await?;
    respond::ok(tx, role.into()).await
}

async fn delete(State(idp): State<Idp>, Path(id): Path<RoleId>) -> Result<Json<Value>, ApiError> {
    let mut tx = idp.database.write().await?;
    if !roles::delete(&mut tx, &id).await? {
        return Err(ApiError::no_role());
    }
    respond::empty(tx).await
}
