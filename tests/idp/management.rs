//! The Management API over HTTP. Files mirror its resources.

#[path = "management/format.rs"]
mod format;
#[path = "management/schema.rs"]
mod schema;
#[path = "management/support.rs"]
mod support;

#[path = "management/organizations.rs"]
mod organizations;
