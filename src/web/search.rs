//! Full-text search over the tasks, comments and projects of an organization.

pub mod functions;
pub mod marked;
pub mod page;
pub mod query;
mod results;
