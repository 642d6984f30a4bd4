//! Organizations: the workspaces of companies, and who is in them.

pub mod domains;
pub mod home;
pub mod joining;
pub mod landing;
pub mod members;
mod picker;
pub mod settings;
pub mod setup;
pub mod workspace_search;
