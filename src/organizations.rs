//! Organizations: the workspaces of companies, and who is in them.

pub mod functions;
pub mod model;
