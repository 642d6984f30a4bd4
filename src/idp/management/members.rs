//! `/organizations/{id}/members`

use std::collections::{BTreeSet, HashMap};

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
            fields::Fields,
            guard::{Payload, QueryText},
            lookup,
            paging::Paging,
            respond,
        },
        state::Idp,
        store::{
            grants, member_roles,
            members::{self, Member},
            organizations,
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
    /// Omitted unless selected.
    #[serde(skip_serializing_if = "Option::is_none")]
    roles: Option<Vec<RoleBody>>,
}

#[derive(Debug, Serialize)]
struct RoleBody {
    id: RoleId,
    name: String,
}

/// Ordered, to prevent deadlocks between requests.
#[derive(Debug, Deserialize)]
struct Members {
    members: BTreeSet<UserId>,
}

async fn list(State(idp): State<Idp>, Path(id): Path<OrganizationId>, query: QueryText) -> Result<Response, ApiError> {
    let paging = Paging::of(&query)?.within_a_thousand()?;
    let fields = Fields::of(&query);
    let mut tx = idp.database.read().await?;

    // List members, with roles if selected
    lookup::organization(&mut tx, &id).await?;
    let found = members::list(&mut tx, &id, &paging.page).await?;
    let total = paging.total(members::count(&mut tx, &id)).await?;
    let mut roles = fields.ask_for("roles").then(HashMap::<UserId, Vec<RoleBody>>::new);
    if let Some(roles) = &mut roles {
        for role in member_roles::of_members(&mut tx, &id, &found).await? {
            roles.entry(role.user_id).or_default().push(RoleBody { id: role.id, name: role.name });
        }
    }

    // Respond
    Ok(paging.respond("members", found, total, |member| {
        let roles = roles.as_mut().map(|roles| roles.remove(&member.user_id).unwrap_or_default());
        let Member { user_id, email, name, picture, .. } = member;
        fields.apply(MemberBody { user_id, email, name, picture, roles })
    }))
}

async fn add(
    State(idp): State<Idp>,
    Path(id): Path<OrganizationId>,
    Payload(body): Payload<Members>,
) -> Result<StatusCode, ApiError> {
    let mut tx = idp.database.write().await?;
    check(&mut tx, &id, &body).await?;
    for user in &body.members {
        organizations::upsert_member(&mut tx, &id, user, &[], idp.now()).await?;
    }
    respond::no_content(tx).await
}

/// Removes members and revokes their grants in the organization.
async fn remove(
    State(idp): State<Idp>,
    Path(id): Path<OrganizationId>,
    Payload(body): Payload<Members>,
) -> Result<StatusCode, ApiError> {
    let mut tx = idp.database.write().await?;
    check(&mut tx, &id, &body).await?;
    for user in &body.members {
        if members::delete(&mut tx, &id, user).await? {
            grants::revoke_of_member(&mut tx, &id, user, idp.now()).await?;
        }
    }
    respond::no_content(tx).await
}

/// Refuses the whole request if one user does not exist.
async fn check(tx: &mut Tx, id: &OrganizationId, body: &Members) -> Result<(), ApiError> {
    lookup::organization(tx, id).await?;
    for user in &body.members {
        lookup::require_user(tx, user).await?;
    }
    Ok(())
}
