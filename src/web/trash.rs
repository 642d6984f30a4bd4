//! The bin and the archive of a project.

pub mod functions;
pub mod page;
