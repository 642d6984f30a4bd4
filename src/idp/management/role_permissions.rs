//! `/roles/{id}/permissions`

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
    routing::get,
};
use serde_json::{Value, json};

use crate::idp::{
    id::RoleId,
    management::{
        error::ApiError,
        guard::{Payload, QueryText},
        lookup,
        paging::Paging,
        permissions::{PermissionBody, PermissionsBody},
        respond,
    },
    state::Idp,
    store::role_permissions,
};

pub fn router() -> Router<Idp> {
    Router::new().route("/roles/{id}/permissions", get(list).post(add).delete(remove))
}

async fn list(State(idp): State<Idp>, Path(id): Path<RoleId>, query: QueryText) -> Result<Response, ApiError> {
    let paging = Paging::of(&query)?;
    let mut tx = idp.database.read().await?;
    lookup::require_role(&mut tx, &id).await?;
    let found = role_permissions::list(&mut tx, &id, &paging.page).await?;
    let total = paging.total(role_permissions::count(&mut tx, &id)).await?;
    let bodies = found.into_iter().map(PermissionBody::from).collect();
    Ok(paging.respond_whole("permissions", bodies, total))
}

async fn add(
    State(idp): State<Idp>,
    Path(id): Path<RoleId>,
    Payload(body): Payload<PermissionsBody>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let mut tx = idp.database.write().await?;
    lookup::require_role(&mut tx, &id).await?;
    for permission in body.existing(&mut tx).await? {
        role_permissions::insert(&mut tx, &id, &permission.api, &permission.name).await?;
    }
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(json!({}))))
}

/// Responds with 204, as recorded from Auth0.
async fn remove(
    State(idp): State<Idp>,
    Path(id): Path<RoleId>,
    Payload(body): Payload<PermissionsBody>,
) -> Result<StatusCode, ApiError> {
    let mut tx = idp.database.write().await?;
    lookup::require_role(&mut tx, &id).await?;
    for permission in body.named() {
        role_permissions::delete(&mut tx, &id, &permission.api, &permission.name).await?;
    }
    respond::no_content(tx).await
}
