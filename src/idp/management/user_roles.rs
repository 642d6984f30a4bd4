//! `/users/{id}/roles`: what somebody is outside of organizations.

use std::collections::BTreeSet;

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
    routing::get,
};
use serde::Deserialize;

use super::{
    error::ApiError,
    guard::{Payload, QueryText},
    paging::{Cursor, Paging},
    roles::{self, RoleBody},
    users,
};
use crate::idp::{
    Idp,
    id::{RoleId, UserId},
    store::{roles as stored_roles, roles::Role, user_roles, users as stored},
};

pub fn router() -> Router<Idp> {
    Router::new().route("/users/{id}/roles", get(list).post(add).delete(remove))
}

/// In one order, whatever the caller's: two calls never wait for each other.
#[derive(Debug, Deserialize)]
struct Roles {
    roles: BTreeSet<RoleId>,
}

async fn list(State(idp): State<Idp>, Path(id): Path<UserId>, query: QueryText) -> Result<Response, ApiError> {
    let paging = Paging::of(&query)?;
    let mut tx = idp.0.database.read().await?;
    stored::find(&mut tx, &id).await?.ok_or_else(users::not_found)?;
    let found = user_roles::list(&mut tx, &id, &paging.slice).await?;
    let total = if paging.wants_total() { user_roles::count(&mut tx, &id).await? } else { 0 };
    let cursor = |role: &Role| Cursor { created_at: role.created_at, id: role.id.to_string() };
    Ok(paging.respond("roles", found, total, cursor, RoleBody::from))
}

/// All of the roles or, when one is not there, none.
async fn add(
    State(idp): State<Idp>,
    Path(id): Path<UserId>,
    Payload(body): Payload<Roles>,
) -> Result<StatusCode, ApiError> {
    let mut tx = idp.0.database.write().await?;
    if !stored::lock(&mut tx, &id).await? {
        return Err(users::not_found());
    }
    for role in &body.roles {
        if !stored_roles::exists(&mut tx, role).await? {
            return Err(roles::not_found());
        }
        user_roles::add(&mut tx, &id, role).await?;
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove(
    State(idp): State<Idp>,
    Path(id): Path<UserId>,
    Payload(body): Payload<Roles>,
) -> Result<StatusCode, ApiError> {
    let mut tx = idp.0.database.write().await?;
    if !stored::lock(&mut tx, &id).await? {
        return Err(users::not_found());
    }
    for role in &body.roles {
        user_roles::remove(&mut tx, &id, role).await?;
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
