//! Pages about organizations: start page, home, settings, members, domains, joining and set-up.

pub mod domains;
pub mod home;
pub mod joining;
pub mod landing;
pub mod members;
mod picker;
mod redirect;
pub mod settings;
pub mod setup;
pub mod workspace_search;
