//! The Management API over HTTP. Files mirror its resources.

mod format;
mod schema;
pub mod support;

mod clients;
mod concurrency;
mod connections;
mod deploy_cli;
mod discovery_domains;
mod enabled_connections;
mod invitations;
mod member_roles;
mod members;
mod model;
mod organization_client_grants;
mod organizations;
mod requests;
mod resource_servers;
mod roles;
mod users;
