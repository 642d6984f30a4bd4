//! The Management API over HTTP. Files mirror its resources.

#[path = "management/format.rs"]
mod format;
#[path = "management/schema.rs"]
mod schema;
#[path = "management/support.rs"]
mod support;

#[path = "management/clients.rs"]
mod clients;
#[path = "management/connections.rs"]
mod connections;
#[path = "management/organizations.rs"]
mod organizations;
#[path = "management/resource_servers.rs"]
mod resource_servers;
#[path = "management/roles.rs"]
mod roles;
#[path = "management/users.rs"]
mod users;
