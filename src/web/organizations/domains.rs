//! The e-mail domains of an organization, and who may join by them.

mod choice;
pub mod functions;
pub mod labels;
pub mod list;
pub mod page;
pub mod requests;
