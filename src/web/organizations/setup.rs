//! How an organization comes to be: the form, and what is shown until it is there.

pub mod form;
pub mod functions;
pub mod progress;
