//! The settings pages of an organization.

pub mod functions;
pub mod general;
pub mod layout;
pub mod provider;
