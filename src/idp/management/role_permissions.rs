//! `/roles/{id}/permissions`

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
    routing::get,
};
use serde_json::{Value, json};

use super::{
    error::ApiError,
    guard::{Payload, QueryText},
    paging::{Cursor, Paging},
    permissions::{PermissionBody, PermissionsBody},
    roles::not_found,
};
use crate::{
    idp::{
        Idp,
        id::RoleId,
        store::{role_permissions, roles},
    },
    kernel::database::Tx,
};

pub fn router() -> Router<Idp> {
    Router::new().route("/roles/{id}/permissions", get(list).post(add).delete(remove))
}

/// 404 unless the role is there.
pub async fn check_role(tx: &mut Tx, id: &RoleId) -> Result<(), ApiError> {
    if roles::exists(tx, id).await? { Ok(()) } else { Err(not_found()) }
}

async fn list(State(idp): State<Idp>, Path(id): Path<RoleId>, query: QueryText) -> Result<Response, ApiError> {
    let paging = Paging::of(&query)?;
    let mut tx = idp.0.database.read().await?;
    check_role(&mut tx, &id).await?;
    let found = role_permissions::list(&mut tx, &id, &paging.slice).await?;
    let total = if paging.wants_total() { role_permissions::count(&mut tx, &id).await? } else { 0 };
    // The interface has no checkpoints here, so that no cursor is needed.
    Ok(paging.respond("permissions", found, total, |_| Cursor::START, PermissionBody::from))
}

async fn add(
    State(idp): State<Idp>,
    Path(id): Path<RoleId>,
    Payload(body): Payload<PermissionsBody>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let mut tx = idp.0.database.write().await?;
    check_role(&mut tx, &id).await?;
    for permission in body.existing(&mut tx).await? {
        role_permissions::add(&mut tx, &id, &permission.api, &permission.name).await?;
    }
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(json!({}))))
}

/// 204, as it was recorded.
async fn remove(
    State(idp): State<Idp>,
    Path(id): Path<RoleId>,
    Payload(body): Payload<PermissionsBody>,
) -> Result<StatusCode, ApiError> {
    let mut tx = idp.0.database.write().await?;
    check_role(&mut tx, &id).await?;
    for permission in body.named() {
        role_permissions::remove(&mut tx, &id, &permission.api, &permission.name).await?;
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
