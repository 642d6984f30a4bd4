//! Creating an organization: the form and the progress page.

pub mod form;
pub mod functions;
pub mod progress;
