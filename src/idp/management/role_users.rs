//! `/roles/{id}/users`: users with a role outside organizations.

use std::collections::BTreeSet;

use axum::{
    Json, Router,
    extract::{Path, State},
    response::Response,
    routing::get,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::idp::{
    id::{RoleId, UserId},
    management::{
        error::ApiError,
        guard::{Payload, QueryText},
        lookup,
        paging::Paging,
    },
    state::Idp,
    store::{
        profiles::{self, Profile},
        user_roles,
    },
};

pub fn router() -> Router<Idp> {
    Router::new().route("/roles/{id}/users", get(list).post(add))
}

/// JSON of a user with the role.
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

/// Ordered, to prevent deadlocks between requests.
#[derive(Debug, Deserialize)]
struct Users {
    users: BTreeSet<UserId>,
}

async fn list(State(idp): State<Idp>, Path(id): Path<RoleId>, query: QueryText) -> Result<Response, ApiError> {
    let paging = Paging::of(&query)?;
    let mut tx = idp.database.read().await?;
    lookup::require_role(&mut tx, &id).await?;
    let found = profiles::of_role(&mut tx, &id, &paging.page).await?;
    let total = paging.total(profiles::count_of_role(&mut tx, &id)).await?;
    Ok(paging.respond("users", found, total, Body::from))
}

/// Refuses the whole request if one user does not exist.
async fn add(
    State(idp): State<Idp>,
    Path(id): Path<RoleId>,
    Payload(body): Payload<Users>,
) -> Result<Json<Value>, ApiError> {
    let mut tx = idp.database.write().await?;
    lookup::require_role(&mut tx, &id).await?;
    for user in &body.users {
        lookup::lock_user(&mut tx, user).await?;
        user_roles::insert(&mut tx, user, &id).await?;
    }
    tx.commit().await?;
    Ok(Json(json!({})))
}
