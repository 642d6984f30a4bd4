//! Organizations: the workspaces of companies, and who is in them.

pub mod current;
pub mod domains;
mod finding;
pub mod founding;
pub mod frame;
pub mod functions;
pub mod home;
pub mod joining;
pub mod landing;
pub mod model;
pub mod name;
pub mod people;
mod picker;
pub mod settings;
mod sidebar;
mod switcher;
pub mod workspace_name;
