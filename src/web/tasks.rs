//! The task page, and what every page that shows tasks shares: how a task looks, and toasts.

pub mod functions;
pub mod link_functions;
pub mod page;
pub mod priority_mark;
pub mod summary;
pub mod toast;
