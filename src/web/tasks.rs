//! The task page, and what every page that shows tasks shares: how a task looks, toasts and the selection.

pub mod functions;
pub mod link_functions;
pub mod page;
pub mod priority_mark;
pub mod selection;
pub mod summary;
pub mod toast;
