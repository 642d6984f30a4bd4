//! The inbox: what a person is told of what happens to the tasks that concern them.

mod entry;
pub mod functions;
pub mod page;
