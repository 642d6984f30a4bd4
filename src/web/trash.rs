//! The deleted and the archived tasks of a project.

pub mod functions;
pub mod page;
