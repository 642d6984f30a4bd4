//! The member's own tasks across all projects.

pub mod functions;
pub mod page;
