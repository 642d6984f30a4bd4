//! Tasks: what is to be done, and how far it has come.

pub mod date;
pub mod edit;
pub mod functions;
pub mod model;
pub mod page;
pub mod state;
