//! The inbox: a person's notifications, grouped by task.

mod entry;
pub mod functions;
pub mod page;
