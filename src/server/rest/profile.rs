//! `GET /api/v1/profile`.

use axum::Json;
use serde::Serialize;

use super::{caller::Caller, problem::Problem};
use crate::domain::permissions::{Permissions, Role};

/// The caller's profile in the organization of the token.
#[derive(Clone, Debug, Serialize)]
pub struct Profile {
    /// The subject at the identity provider.
    sub: String,
    name: String,
    email: String,
    organization: Organization,
    role: Role,
    /// The permissions that both the token and the membership grant.
    permissions: Permissions,
}

#[derive(Clone, Debug, Serialize)]
struct Organization {
    /// `org_…`.
    id: String,
    name: String,
    display_name: String,
}

/// Returns the caller's profile. Needs no permission.
pub async fn get(Caller { context, token, .. }: Caller) -> Result<Json<Profile>, Problem> {
    let organization =
        Organization { id: token.org_id, name: context.slug.clone(), display_name: context.display_name.clone() };
    Ok(Json(Profile {
        sub: token.sub,
        name: context.who.name,
        email: context.who.email,
        organization,
        role: context.role,
        permissions: context.permissions,
    }))
}
