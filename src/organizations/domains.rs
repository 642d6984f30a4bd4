//! The e-mail domains of an organization, and who may join by them.

mod choice;
pub mod functions;
pub mod list;
pub mod model;
pub mod page;
pub mod requests;
pub mod words;
