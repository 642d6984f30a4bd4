//! The email domains of an organization and the join requests made through them.

pub mod functions;
mod join_mode;
mod labels;
pub mod list;
pub mod page;
pub mod requests;
