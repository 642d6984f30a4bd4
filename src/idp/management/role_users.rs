//! `/roles/{id}/users`: users who have the role outside of organizations.

use std::collections::BTreeSet;

use axum::{Json, Router, response::Response, routing::get};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::idp::{
    id::UserId,
    management::{
        error::ApiError,
        kit::{LockedUser, Paging, Payload, Reading, Writing, find, respond},
    },
    state::Idp,
    store::{
        profiles::{self, Profile},
        roles::Role,
        user_roles,
    },
};

pub fn router() -> Router<Idp> {
    Router::new().route("/roles/{id}/users", get(list).post(add))
}

/// JSON of a user who has the role.
#[derive(Debug, Serialize)]
struct Body {
    user_id: UserId,
    email: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    picture: Option<String>,
}

impl From<Profile> for Body {
    fn from(Profile { user, .. }: Profile) -> Self {
        Self { user_id: user.id, email: user.email, name: user.name, picture: user.picture }
    }
}

/// Users to add to the role. Sorted, to prevent deadlocks between requests.
#[derive(Debug, Deserialize)]
struct Users {
    users: BTreeSet<UserId>,
}

async fn list(paging: Paging, Reading(mut tx, role): Reading<Role>) -> Result<Response, ApiError> {
    let found = profiles::of_role(&mut tx, &role.id, &paging.page).await?;
    let total = paging.total(profiles::count_of_role(&mut tx, &role.id)).await?;
    Ok(paging.respond("users", found, total, Body::from))
}

/// Adds the role to users. Refuses the whole request if one of the users does not exist.
async fn add(Writing(mut tx, role): Writing<Role>, Payload(body): Payload<Users>) -> Result<Json<Value>, ApiError> {
    for id in &body.users {
        let LockedUser(user) = find(&mut tx, id).await?;
        user_roles::insert(&mut tx, &user, &role.id).await?;
    }
    respond::empty(tx).await
}
