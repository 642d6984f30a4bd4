//! The settings of a project.

mod about;
mod access;
pub mod functions;
mod labels;
pub mod page;
mod setting;
pub mod transitions;
mod workflow;
