//! Finds the resource that a path or a body names, or fails with Auth0's error.

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    idp::{
        id::{OrganizationId, RoleId, UserId},
        management::error::ApiError,
        state::Idp,
        store::{
            organizations::{self, Organization},
            roles::{self, Role},
            users::{self, User},
        },
    },
    kernel::database::Tx,
};

/// A resource that requests name by id.
pub trait Resource: Sized + Send {
    type Id: DeserializeOwned + Send + Sync;

    fn find(tx: &mut Tx, id: &Self::Id) -> impl Future<Output = sqlx::Result<Option<Self>>> + Send;

    /// Returns the 404 for a resource that does not exist.
    fn not_found() -> ApiError;
}

/// Finds a resource, or fails with its 404.
pub async fn find<R: Resource>(tx: &mut Tx, id: &R::Id) -> Result<R, ApiError> {
    R::find(tx, id).await?.ok_or_else(R::not_found)
}

/// A read transaction, and the resource with the path parameter `id`.
#[derive(Debug)]
pub struct Reading<R>(pub Tx, pub R);

/// A write transaction, and the resource with the path parameter `id`.
#[derive(Debug)]
pub struct Writing<R>(pub Tx, pub R);

/// Parameters in the path of a resource, or in a path below it.
#[derive(Deserialize)]
struct ResourcePath<I> {
    id: I,
}

async fn id<I: DeserializeOwned + Send>(parts: &mut Parts, idp: &Idp) -> Result<I, ApiError> {
    let path = Path::<ResourcePath<I>>::from_request_parts(parts, idp).await;
    path.map(|Path(path)| path.id).map_err(|rejection| ApiError::invalid_uri(&rejection.body_text(), ""))
}

impl<R: Resource> FromRequestParts<Idp> for Reading<R> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, idp: &Idp) -> Result<Self, ApiError> {
        let id = id(parts, idp).await?;
        let mut tx = idp.database.read().await?;
        let resource = find(&mut tx, &id).await?;
        Ok(Self(tx, resource))
    }
}

impl<R: Resource> FromRequestParts<Idp> for Writing<R> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, idp: &Idp) -> Result<Self, ApiError> {
        let id = id(parts, idp).await?;
        let mut tx = idp.database.write().await?;
        let resource = find(&mut tx, &id).await?;
        Ok(Self(tx, resource))
    }
}

impl Resource for Organization {
    type Id = OrganizationId;

    async fn find(tx: &mut Tx, id: &OrganizationId) -> sqlx::Result<Option<Self>> {
        organizations::find(tx, id).await
    }

    fn not_found() -> ApiError {
        ApiError::no_organization()
    }
}

impl Resource for Role {
    type Id = RoleId;

    async fn find(tx: &mut Tx, id: &RoleId) -> sqlx::Result<Option<Self>> {
        roles::find(tx, id).await
    }

    fn not_found() -> ApiError {
        ApiError::no_role()
    }
}

impl Resource for User {
    type Id = UserId;

    async fn find(tx: &mut Tx, id: &UserId) -> sqlx::Result<Option<Self>> {
        users::find(tx, id).await
    }

    fn not_found() -> ApiError {
        ApiError::no_user()
    }
}

/// Id of a user whose row is locked until the transaction ends.
#[derive(Debug)]
pub struct LockedUser(pub UserId);

impl Resource for LockedUser {
    type Id = UserId;

    async fn find(tx: &mut Tx, id: &UserId) -> sqlx::Result<Option<Self>> {
        Ok(users::lock(tx, id).await?.then(|| Self(id.clone())))
    }

    fn not_found() -> ApiError {
        ApiError::no_user()
    }
}

/// Refuses a request that names roles that do not exist. The message lists them.
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
