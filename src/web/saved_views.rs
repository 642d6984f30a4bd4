//! Saved views: a named filter and layout, private or shared with the project.

pub mod functions;
