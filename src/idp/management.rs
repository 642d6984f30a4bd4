//! The Management API, version 2, below `/api/v2`.
//!
//! - `interface`: scopes and schemas of every operation, as data
//! - `guard`: authenticates, limits and validates requests
//! - `kit`: helpers for all resources: extract, find, page, respond
//! - one file per resource, with its handlers and its JSON

mod client_grants;
mod clients;
mod connections;
mod discovery_domains;
mod enabled_connections;
pub mod error;
mod format;
pub mod guard;
mod interface;
mod invitations;
mod kit;
pub mod limits;
mod member_roles;
mod members;
mod organization_client_grants;
mod organizations;
mod permissions;
mod resource_servers;
mod role_permissions;
mod role_users;
mod roles;
mod user_organizations;
mod user_permissions;
mod user_roles;
mod users;

use axum::{Router, extract::DefaultBodyLimit, middleware::from_fn_with_state};

use self::{error::ApiError, interface::INTERFACE};
use crate::idp::state::Idp;

/// Returns all permissions of the Management API, to grant them to its clients.
pub fn all_permissions() -> Vec<String> {
    let scopes = INTERFACE.operations.values().flat_map(|operation| &operation.scopes);
    scopes.cloned().collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}

/// Routes of the Management API, to be nested at [`guard::PREFIX`].
pub fn router(idp: &Idp) -> Router<Idp> {
    Router::new()
        .merge(organizations::router())
        .merge(users::router())
        .merge(user_organizations::router())
        .merge(user_roles::router())
        .merge(user_permissions::router())
        .merge(roles::router())
        .merge(role_permissions::router())
        .merge(role_users::router())
        .merge(client_grants::router())
        .merge(clients::router())
        .merge(connections::router())
        .merge(resource_servers::router())
        .merge(members::router())
        .merge(member_roles::router())
        .merge(invitations::router())
        .merge(enabled_connections::router())
        .merge(discovery_domains::router())
        .merge(organization_client_grants::router())
        .route_layer(from_fn_with_state(idp.clone(), guard::guard))
        .fallback(async || ApiError::not_found("Not Found", None))
        .method_not_allowed_fallback(async || ApiError::not_found("Not Found", None))
        // The guard limits the size of bodies itself, with a response in Auth0's format.
        .layer(DefaultBodyLimit::disable())
}
