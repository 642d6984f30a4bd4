//! Finds what a path or body names, or refuses as Auth0 does.

use crate::{
    idp::{
        id::{OrganizationId, RoleId, UserId},
        management::error::ApiError,
        store::{
            organizations::{self, Organization},
            roles, users,
        },
    },
    kernel::database::Tx,
};

/// Finds the organization of a path.
pub async fn organization(tx: &mut Tx, id: &OrganizationId) -> Result<Organization, ApiError> {
    organizations::find(tx, id).await?.ok_or_else(ApiError::no_organization)
}

/// Refuses unless the user exists.
pub async fn require_user(tx: &mut Tx, id: &UserId) -> Result<(), ApiError> {
    users::find(tx, id).await?.map(|_| ()).ok_or_else(ApiError::no_user)
}

/// Locks the user until the transaction ends, or refuses if there is none.
pub async fn lock_user(tx: &mut Tx, id: &UserId) -> Result<(), ApiError> {
    if users::lock(tx, id).await? { Ok(()) } else { Err(ApiError::no_user()) }
}

/// Refuses unless the role exists.
pub async fn require_role(tx: &mut Tx, id: &RoleId) -> Result<(), ApiError> {
    if roles::exists(tx, id).await? { Ok(()) } else { Err(ApiError::no_role()) }
}

/// Refuses roles that do not exist, and names them.
pub async fn require_roles(tx: &mut Tx, ids: impl IntoIterator<Item = &RoleId>) -> Result<(), ApiError> {
    let mut unknown = Vec::new();
    for role in ids {
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
