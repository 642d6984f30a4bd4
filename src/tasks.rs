//! Tasks: what is to be done, and how far it has come.

mod edit;
pub mod functions;
pub mod model;
pub mod page;
mod state;
