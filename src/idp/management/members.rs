//! `/organizations/{id}/members`: members of an organization.

use std::collections::{BTreeSet, HashMap};

use axum::{Router, extract::State, http::StatusCode, response::Response, routing::get};
use serde::{Deserialize, Serialize};

use crate::{
    idp::{
        id::{RoleId, UserId},
        management::{
            error::ApiError,
            kit::{BoundedPaging, Fields, Payload, Reading, Writing, find, respond},
        },
        state::Idp,
        store::{
            grants, member_roles,
            members::{self, Member},
            organizations::{self, Organization},
            users::User,
        },
    },
    kernel::database::Tx,
};

pub fn router() -> Router<Idp> {
    Router::new().route("/organizations/{id}/members", get(list).post(add).delete(remove))
}

/// JSON of a member.
#[derive(Debug, Serialize)]
struct MemberBody {
    user_id: UserId,
    email: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    picture: Option<String>,
    /// Roles of the member; present only if the field `roles` is selected.
    #[serde(skip_serializing_if = "Option::is_none")]
    roles: Option<Vec<RoleBody>>,
}

#[derive(Debug, Serialize)]
struct RoleBody {
    id: RoleId,
    name: String,
}

/// Members to add or remove. Sorted, to prevent deadlocks between requests.
#[derive(Debug, Deserialize)]
struct Members {
    members: BTreeSet<UserId>,
}

async fn list(
    BoundedPaging(paging): BoundedPaging,
    fields: Fields,
    Reading(mut tx, organization): Reading<Organization>,
) -> Result<Response, ApiError> {
    // List the members, with their roles if that field is selected
    let found = members::list(&mut tx, &organization.id, &paging.page).await?;
    let total = paging.total(members::count(&mut tx, &organization.id)).await?;
    let mut roles = fields.include("roles").then(HashMap::<UserId, Vec<RoleBody>>::new);
    if let Some(roles) = &mut roles {
        for role in member_roles::of_members(&mut tx, &organization.id, &found).await? {
            roles.entry(role.user_id).or_default().push(RoleBody { id: role.id, name: role.name });
        }
    }

    // Respond with the selected fields
    Ok(paging.respond_with_open_end("members", found, total, |member| {
        let roles = roles.as_mut().map(|roles| roles.remove(&member.user_id).unwrap_or_default());
        let Member { user_id, email, name, picture, .. } = member;
        fields.apply(MemberBody { user_id, email, name, picture, roles })
    }))
}

async fn add(
    State(idp): State<Idp>,
    Writing(mut tx, organization): Writing<Organization>,
    Payload(body): Payload<Members>,
) -> Result<StatusCode, ApiError> {
    require_users(&mut tx, &body).await?;
    for user in &body.members {
        organizations::upsert_member(&mut tx, &organization.id, user, &[], idp.now()).await?;
    }
    respond::no_content(tx).await
}

/// Removes members and revokes the grants that they gave in the organization.
async fn remove(
    State(idp): State<Idp>,
    Writing(mut tx, organization): Writing<Organization>,
    Payload(body): Payload<Members>,
) -> Result<StatusCode, ApiError> {
    require_users(&mut tx, &body).await?;
    for user in &body.members {
        if members::delete(&mut tx, &organization.id, user).await? {
            grants::update_revoked_of_member(&mut tx, &organization.id, user, idp.now()).await?;
        }
    }
    respond::no_content(tx).await
}

/// Refuses the whole request if one of the users does not exist.
async fn require_users(tx: &mut Tx, body: &Members) -> Result<(), ApiError> {
    for id in &body.members {
        find::<User>(tx, id).await?;
    }
    Ok(())
}
