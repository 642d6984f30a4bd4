//! `/organizations/{id}/members/{user_id}/roles`

use std::collections::BTreeSet;

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
    routing::get,
};
use serde::{Deserialize, Serialize};

use super::{
    error::ApiError,
    guard::{Payload, QueryText},
    members::unknown_user,
    organizations::known,
    paging::{Cursor, Paging},
};
use crate::{
    idp::{
        Idp,
        id::{OrganizationId, RoleId, UserId},
        store::{
            member_roles::{self, MemberRole},
            organizations, roles, users,
        },
    },
    kernel::database::Tx,
};

/// How many roles a member may have.
const MOST_ROLES: i64 = 50;

pub fn router() -> Router<Idp> {
    Router::new().route("/organizations/{id}/members/{user_id}/roles", get(list).post(assign).delete(remove))
}

/// A role as the API writes it.
#[derive(Debug, Serialize)]
struct RoleBody {
    id: RoleId,
    name: String,
    description: String,
}

impl From<MemberRole> for RoleBody {
    fn from(role: MemberRole) -> Self {
        Self { id: role.id, name: role.name, description: role.description }
    }
}

/// In one order, whatever the caller's: two calls never wait for each other.
#[derive(Debug, Deserialize)]
struct Roles {
    roles: BTreeSet<RoleId>,
}

async fn list(
    State(idp): State<Idp>,
    Path((id, user)): Path<(OrganizationId, UserId)>,
    query: QueryText,
) -> Result<Response, ApiError> {
    let paging = Paging::of(&query)?;
    let mut tx = idp.0.database.read().await?;
    check_member(&mut tx, &id, &user).await?;
    let found = member_roles::list(&mut tx, &id, &user, &paging.slice).await?;
    let total = if paging.wants_total() { member_roles::count(&mut tx, &id, &user).await? } else { 0 };
    let cursor = |role: &MemberRole| Cursor { created_at: role.created_at, id: role.id.to_string() };
    Ok(paging.respond("roles", found, total, cursor, RoleBody::from))
}

async fn assign(
    State(idp): State<Idp>,
    Path((id, user)): Path<(OrganizationId, UserId)>,
    Payload(body): Payload<Roles>,
) -> Result<StatusCode, ApiError> {
    let mut tx = idp.0.database.write().await?;
    check_member(&mut tx, &id, &user).await?;
    check_roles(&mut tx, &body.roles).await?;
    organizations::add_member(&mut tx, &id, &user, &Vec::from_iter(body.roles), idp.now()).await?;
    if member_roles::count(&mut tx, &id, &user).await? > MOST_ROLES {
        return Err(ApiError::conflict(
            format!("No more roles can be assigned to this organization member: it may have {MOST_ROLES}."),
            None,
        ));
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove(
    State(idp): State<Idp>,
    Path((id, user)): Path<(OrganizationId, UserId)>,
    Payload(body): Payload<Roles>,
) -> Result<StatusCode, ApiError> {
    let mut tx = idp.0.database.write().await?;
    check_member(&mut tx, &id, &user).await?;
    check_roles(&mut tx, &body.roles).await?;
    for role in &body.roles {
        member_roles::delete(&mut tx, &id, &user, role).await?;
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn check_member(tx: &mut Tx, id: &OrganizationId, user: &UserId) -> Result<(), ApiError> {
    known(tx, id).await?;
    users::find(tx, user).await?.ok_or_else(unknown_user)?;
    if organizations::has_member(tx, id, user).await? {
        Ok(())
    } else {
        Err(ApiError::not_found("The user is not a member of the organization.", Some("inexistent_member")))
    }
}

/// Refuses roles that do not exist, by their names.
pub async fn check_roles(tx: &mut Tx, asked: impl IntoIterator<Item = &RoleId>) -> Result<(), ApiError> {
    let mut unknown = Vec::new();
    for role in asked {
        if !roles::exists(tx, role).await? {
            unknown.push(role.as_str());
        }
    }
    if unknown.is_empty() {
        return Ok(());
    }
    let message = format!("One or more of the specified roles do not exist: {}", unknown.join(", "));
    Err(ApiError::bad_request(message, Some("invalid_body")))
}
