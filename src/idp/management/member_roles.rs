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

use crate::{
    idp::{
        id::{OrganizationId, RoleId, UserId},
        management::{
            error::ApiError,
            guard::{Payload, QueryText},
            lookup,
            paging::Paging,
            respond,
        },
        state::Idp,
        store::{
            member_roles::{self, MemberRole},
            organizations,
        },
    },
    kernel::database::Tx,
};

/// Roles per member.
const MAX_ROLES: i64 = 50;

pub fn router() -> Router<Idp> {
    Router::new().route("/organizations/{id}/members/{user_id}/roles", get(list).post(assign).delete(remove))
}

/// JSON of a role.
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

/// Ordered, to prevent deadlocks between requests.
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
    let mut tx = idp.database.read().await?;
    check_member(&mut tx, &id, &user).await?;
    let found = member_roles::list(&mut tx, &id, &user, &paging.page).await?;
    let total = paging.total(member_roles::count(&mut tx, &id, &user)).await?;
    Ok(paging.respond("roles", found, total, RoleBody::from))
}

async fn assign(
    State(idp): State<Idp>,
    Path((id, user)): Path<(OrganizationId, UserId)>,
    Payload(body): Payload<Roles>,
) -> Result<StatusCode, ApiError> {
    let mut tx = idp.database.write().await?;
    check_member(&mut tx, &id, &user).await?;
    lookup::require_roles(&mut tx, &body.roles).await?;
    organizations::upsert_member(&mut tx, &id, &user, &Vec::from_iter(body.roles), idp.now()).await?;
    if member_roles::count(&mut tx, &id, &user).await? > MAX_ROLES {
        return Err(ApiError::conflict(
            format!("No more roles can be assigned to this organization member: it may have {MAX_ROLES}."),
            None,
        ));
    }
    respond::no_content(tx).await
}

async fn remove(
    State(idp): State<Idp>,
    Path((id, user)): Path<(OrganizationId, UserId)>,
    Payload(body): Payload<Roles>,
) -> Result<StatusCode, ApiError> {
    let mut tx = idp.database.write().await?;
    check_member(&mut tx, &id, &user).await?;
    lookup::require_roles(&mut tx, &body.roles).await?;
    for role in &body.roles {
        member_roles::delete(&mut tx, &id, &user, role).await?;
    }
    respond::no_content(tx).await
}

async fn check_member(tx: &mut Tx, id: &OrganizationId, user: &UserId) -> Result<(), ApiError> {
    lookup::organization(tx, id).await?;
    lookup::require_user(tx, user).await?;
    if organizations::has_member(tx, id, user).await? {
        Ok(())
    } else {
        Err(ApiError::not_found("The user is not a member of the organization.", Some("inexistent_member")))
    }
}
