//! The Management API over HTTP. Files mirror its resources.

#[path = "management/support.rs"]
mod support;

#[path = "management/organizations.rs"]
mod organizations;
