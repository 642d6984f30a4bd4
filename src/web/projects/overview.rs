//! What a project is, how far it has come and what has happened in it lately.

pub mod functions;
pub mod page;
