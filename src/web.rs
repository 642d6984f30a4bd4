//! The user interface: the design system ([`ui`]) and one module for each feature.
//!
//! Only the `functions` modules, which hold the server functions, call into the server.

pub mod account;
pub mod app_shell;
pub mod board;
pub mod call;
pub mod inbox;
pub mod list;
pub mod live;
pub mod modules;
pub mod my_work;
pub mod new_task;
pub mod organization;
pub mod organizations;
pub mod palette;
pub mod projects;
#[cfg(feature = "ssr")]
pub mod request;
pub mod saved_views;
pub mod search;
mod server_fn_error;
pub mod shortcuts;
mod sorting;
mod task_view;
pub mod tasks;
pub mod toolbar;
pub mod trash;
pub mod ui;
