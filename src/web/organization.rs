//! The organization that the present page belongs to.

pub mod current;
pub mod functions;
