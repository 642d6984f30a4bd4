//! The task page, and what every page that shows tasks shares: marks, toasts and the selection.

pub mod functions;
pub mod link_functions;
pub mod page;
pub mod priority_mark;
pub mod selection;
pub mod toast;
