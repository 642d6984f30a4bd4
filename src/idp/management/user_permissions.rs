//! `/users/{id}/permissions`: permissions of a user outside of organizations.

use axum::{Json, Router, http::StatusCode, response::Response, routing::get};
use serde::Serialize;
use serde_json::{Value, json};

use crate::idp::{
    id::RoleId,
    management::{
        error::ApiError,
        kit::{LockedUser, Paging, Payload, Reading, Writing, respond},
        permissions::{PermissionBody, PermissionsBody},
    },
    state::Idp,
    store::{
        user_permissions::{self, UserPermission},
        users::User,
    },
};

pub fn router() -> Router<Idp> {
    Router::new().route("/users/{id}/permissions", get(list).post(add).delete(remove))
}

/// JSON of a permission with its sources: the user or roles.
#[derive(Debug, Serialize)]
struct Body {
    #[serde(flatten)]
    permission: PermissionBody,
    sources: Vec<Source>,
}

#[derive(Debug, Serialize)]
struct Source {
    source_id: String,
    source_name: String,
    source_type: &'static str,
}

impl Source {
    fn of(role_id: Option<RoleId>, role_name: Option<String>) -> Self {
        let source_type = if role_id.is_some() { "ROLE" } else { "DIRECT" };
        let source_id = role_id.map(|id| id.to_string()).unwrap_or_default();
        Self { source_id, source_name: role_name.unwrap_or_default(), source_type }
    }
}

/// Groups the rows by permission. Rows of the same permission must be adjacent.
fn bodies(found: Vec<UserPermission>) -> Vec<Body> {
    let mut bodies: Vec<Body> = Vec::new();
    for UserPermission { api, api_name, name, description, role_id, role_name } in found {
        let source = Source::of(role_id, role_name);
        match bodies.last_mut() {
            Some(Body { permission, sources })
                if permission.resource_server_identifier == api && permission.permission_name == name =>
            {
                sources.push(source);
            }
            _ => bodies.push(Body {
                permission: PermissionBody {
                    resource_server_identifier: api,
                    permission_name: name,
                    resource_server_name: api_name,
                    description,
                },
                sources: vec![source],
            }),
        }
    }
    bodies
}

async fn list(paging: Paging, Reading(mut tx, user): Reading<User>) -> Result<Response, ApiError> {
    let found = user_permissions::list(&mut tx, &user.id).await?;
    Ok(paging.respond_window("permissions", bodies(found)))
}

async fn add(
    Writing(mut tx, LockedUser(user)): Writing<LockedUser>,
    Payload(body): Payload<PermissionsBody>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    for permission in body.existing(&mut tx).await? {
        user_permissions::insert(&mut tx, &user, &permission.api, &permission.name).await?;
    }
    respond::created(tx, json!({})).await
}

async fn remove(
    Writing(mut tx, LockedUser(user)): Writing<LockedUser>,
    Payload(body): Payload<PermissionsBody>,
) -> Result<StatusCode, ApiError> {
    for permission in body.named() {
        user_permissions::delete(&mut tx, &user, &permission.api, &permission.name).await?;
    }
    respond::no_content(tx).await
}
