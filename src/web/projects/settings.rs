//! How a project is set up.

mod about;
mod access;
pub mod functions;
mod labels;
pub mod page;
pub mod transitions;
mod workflow;
