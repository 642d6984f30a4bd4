//! `/organizations/{id}/members/{user_id}/roles`: roles of a user in an organization, who gets them before or after the
//! membership. They have an effect for members only.

use std::collections::BTreeSet;

use axum::{Router, extract::Path, http::StatusCode, response::Response, routing::get};
use serde::{Deserialize, Serialize};

use crate::idp::{
    id::{OrganizationId, RoleId, UserId},
    management::{
        error::ApiError,
        kit::{Paging, Payload, Reading, Writing, find, require_roles, respond},
    },
    state::Idp,
    store::{
        member_roles::{self, MemberRole},
        organizations::Organization,
        users::User,
    },
};

/// Maximum number of roles of a member.
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

/// Roles to add or remove. Sorted, to prevent deadlocks between requests.
#[derive(Debug, Deserialize)]
struct Roles {
    roles: BTreeSet<RoleId>,
}

async fn list(
    paging: Paging,
    Reading(mut tx, organization): Reading<Organization>,
    Path((_, user)): Path<(OrganizationId, UserId)>,
) -> Result<Response, ApiError> {
    find::<User>(&mut tx, &user).await?;
    let found = member_roles::list(&mut tx, &organization.id, &user, &paging.page).await?;
    let total = paging.total(member_roles::count(&mut tx, &organization.id, &user)).await?;
    Ok(paging.respond("roles", found, total, RoleBody::from))
}

async fn assign(
    Writing(mut tx, organization): Writing<Organization>,
    Path((_, user)): Path<(OrganizationId, UserId)>,
    Payload(body): Payload<Roles>,
) -> Result<StatusCode, ApiError> {
    find::<User>(&mut tx, &user).await?;
    require_roles(&mut tx, &body.roles).await?;
    for role in &body.roles {
        member_roles::insert(&mut tx, &organization.id, &user, role).await?;
    }
    if member_roles::count(&mut tx, &organization.id, &user).await? > MAX_ROLES {
        return Err(ApiError::conflict(
            format!("No more roles can be assigned to this organization member: it may have {MAX_ROLES}."),
            None,
        ));
    }
    respond::no_content(tx).await
}

async fn remove(
    Writing(mut tx, organization): Writing<Organization>,
    Path((_, user)): Path<(OrganizationId, UserId)>,
    Payload(body): Payload<Roles>,
) -> Result<StatusCode, ApiError> {
    find::<User>(&mut tx, &user).await?;
    require_roles(&mut tx, &body.roles).await?;
    for role in &body.roles {
        member_roles::delete(&mut tx, &organization.id, &user, role).await?;
    }
    respond::no_content(tx).await
}
