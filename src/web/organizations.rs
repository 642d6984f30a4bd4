//! Pages about organizations: start page, home, settings, members, domains, joining and set-up.

pub mod domains;
pub mod home;
#[cfg(feature = "ssr")]
pub mod joining;
#[cfg(feature = "ssr")]
pub mod landing;
pub mod members;
#[cfg(feature = "ssr")]
mod picker;
pub mod settings;
#[cfg(feature = "ssr")]
pub mod setup;
pub mod workspace_search;
