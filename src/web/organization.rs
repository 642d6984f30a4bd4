//! The organization of the current page.

pub mod current;
pub mod functions;
