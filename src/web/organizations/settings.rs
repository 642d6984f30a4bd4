//! The settings of an organization, one page for each concern.

pub mod frame;
pub mod functions;
pub mod general;
pub mod provider;
