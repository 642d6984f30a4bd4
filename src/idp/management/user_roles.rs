//! `/users/{id}/roles`: roles outside organizations.

use std::collections::BTreeSet;

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
    routing::get,
};
use serde::Deserialize;

use crate::idp::{
    id::{RoleId, UserId},
    management::{
        error::ApiError,
        guard::{Payload, QueryText},
        lookup,
        paging::Paging,
        respond,
        roles::RoleBody,
    },
    state::Idp,
    store::user_roles,
};

pub fn router() -> Router<Idp> {
    Router::new().route("/users/{id}/roles", get(list).post(add).delete(remove))
}

/// Ordered, to prevent deadlocks between requests.
#[derive(Debug, Deserialize)]
struct Roles {
    roles: BTreeSet<RoleId>,
}

async fn list(State(idp): State<Idp>, Path(id): Path<UserId>, query: QueryText) -> Result<Response, ApiError> {
    let paging = Paging::of(&query)?;
    let mut tx = idp.database.read().await?;
    lookup::require_user(&mut tx, &id).await?;
    let found = user_roles::list(&mut tx, &id, &paging.page).await?;
    let total = paging.total(user_roles::count(&mut tx, &id)).await?;
    Ok(paging.respond("roles", found, total, RoleBody::from))
}

/// Refuses the whole request if one role does not exist.
async fn add(
    State(idp): State<Idp>,
    Path(id): Path<UserId>,
    Payload(body): Payload<Roles>,
) -> Result<StatusCode, ApiError> {
    let mut tx = idp.database.write().await?;
    lookup::lock_user(&mut tx, &id).await?;
    for role in &body.roles {
        lookup::require_role(&mut tx, role).await?;
        user_roles::insert(&mut tx, &id, role).await?;
    }
    respond::no_content(tx).await
}

async fn remove(
    State(idp): State<Idp>,
    Path(id): Path<UserId>,
    Payload(body): Payload<Roles>,
) -> Result<StatusCode, ApiError> {
    let mut tx = idp.database.write().await?;
    lookup::lock_user(&mut tx, &id).await?;
    for role in &body.roles {
        user_roles::delete(&mut tx, &id, role).await?;
    }
    respond::no_content(tx).await
}
