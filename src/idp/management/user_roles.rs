//! `/users/{id}/roles`: roles of a user outside of organizations.

use std::collections::BTreeSet;

use axum::{Router, http::StatusCode, response::Response, routing::get};
use serde::Deserialize;

use crate::idp::{
    id::RoleId,
    management::{
        error::ApiError,
        kit::{LockedUser, Paging, Payload, Reading, Writing, find, respond},
        roles::RoleBody,
    },
    state::Idp,
    store::{roles::Role, user_roles, users::User},
};

pub fn router() -> Router<Idp> {
    Router::new().route("/users/{id}/roles", get(list).post(add).delete(remove))
}

/// Roles to add or remove. Sorted, to prevent deadlocks between requests.
#[derive(Debug, Deserialize)]
struct Roles {
    roles: BTreeSet<RoleId>,
}

async fn list(paging: Paging, Reading(mut tx, user): Reading<User>) -> Result<Response, ApiError> {
    let found = user_roles::list(&mut tx, &user.id, &paging.page).await?;
    let total = paging.total(user_roles::count(&mut tx, &user.id)).await?;
    Ok(paging.respond("roles", found, total, RoleBody::from))
}

/// Adds roles to the user. Refuses the whole request if one of the roles does not exist.
async fn add(
    Writing(mut tx, LockedUser(user)): Writing<LockedUser>,
    Payload(body): Payload<Roles>,
) -> Result<StatusCode, ApiError> {
    for id in &body.roles {
        let role: Role = find(&mut tx, id).await?;
        user_roles::insert(&mut tx, &user, &role.id).await?;
    }
    respond::no_content(tx).await
}

async fn remove(
    Writing(mut tx, LockedUser(user)): Writing<LockedUser>,
    Payload(body): Payload<Roles>,
) -> Result<StatusCode, ApiError> {
    for role in &body.roles {
        user_roles::delete(&mut tx, &user, role).await?;
    }
    respond::no_content(tx).await
}
