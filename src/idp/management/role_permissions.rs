//! `/roles/{id}/permissions`: permissions of a role.

use axum::{Json, Router, http::StatusCode, response::Response, routing::get};
use serde_json::{Value, json};

use crate::idp::{
    management::{
        error::ApiError,
        kit::{Paging, Payload, Reading, Writing, respond},
        permissions::{PermissionBody, PermissionsBody},
    },
    state::Idp,
    store::{role_permissions, roles::Role},
};

pub fn router() -> Router<Idp> {
    Router::new().route("/roles/{id}/permissions", get(list).post(add).delete(remove))
}

async fn list(paging: Paging, Reading(mut tx, role): Reading<Role>) -> Result<Response, ApiError> {
    let found = role_permissions::list(&mut tx, &role.id, &paging.page).await?;
    let total = paging.total(role_permissions::count(&mut tx, &role.id)).await?;
    let bodies = found.into_iter().map(PermissionBody::from).collect();
    Ok(paging.respond_whole("permissions", bodies, total))
}

async fn add(
    Writing(mut tx, role): Writing<Role>,
    Payload(body): Payload<PermissionsBody>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    for permission in body.existing(&mut tx).await? {
        role_permissions::insert(&mut tx, &role.id, &permission.api, &permission.name).await?;
    }
    respond::created(tx, json!({})).await
}

/// Removes permissions from the role. Responds with 204, as recorded from Auth0.
async fn remove(
    Writing(mut tx, role): Writing<Role>,
    Payload(body): Payload<PermissionsBody>,
) -> Result<StatusCode, ApiError> {
    for permission in body.named() {
        role_permissions::delete(&mut tx, &role.id, &permission.api, &permission.name).await?;
    }
    respond::no_content(tx).await
}
