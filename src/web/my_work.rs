//! The tasks of a person, over all projects that they see.

pub mod functions;
pub mod page;
