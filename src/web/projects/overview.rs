//! The overview of a project: description, progress, people and recent activity.

pub mod functions;
pub mod page;
