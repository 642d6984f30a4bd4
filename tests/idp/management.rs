//! The Management API over HTTP. Files mirror its resources.

#[path = "management/format.rs"]
mod format;
#[path = "management/schema.rs"]
mod schema;
#[path = "management/support.rs"]
mod support;

#[path = "management/clients.rs"]
mod clients;
#[path = "management/concurrency.rs"]
mod concurrency;
#[path = "management/connections.rs"]
mod connections;
#[path = "management/discovery_domains.rs"]
mod discovery_domains;
#[path = "management/enabled_connections.rs"]
mod enabled_connections;
#[path = "management/invitations.rs"]
mod invitations;
#[path = "management/member_roles.rs"]
mod member_roles;
#[path = "management/members.rs"]
mod members;
#[path = "management/model.rs"]
mod model;
#[path = "management/organization_client_grants.rs"]
mod organization_client_grants;
#[path = "management/organizations.rs"]
mod organizations;
#[path = "management/requests.rs"]
mod requests;
#[path = "management/resource_servers.rs"]
mod resource_servers;
#[path = "management/roles.rs"]
mod roles;
#[path = "management/users.rs"]
mod users;
