//! The task page, and the parts that all pages with tasks share: the summary of a task, and toasts.

pub mod functions;
mod history;
pub mod link_functions;
pub mod page;
pub mod priority_mark;
pub mod summary;
pub mod toast;
