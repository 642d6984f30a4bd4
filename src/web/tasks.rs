//! Tasks: what is to be done, and how far it has come.

pub mod functions;
pub mod link_functions;
pub mod page;
pub mod priority_mark;
pub mod selection;
pub mod toast;
