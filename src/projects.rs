//! Projects: a key, a name, and a board and a list of tasks.

mod bar;
pub mod bin;
pub mod board;
pub mod favourite;
pub mod functions;
mod head;
pub mod key;
pub mod list;
pub mod model;
pub mod new;
pub mod overview;
#[cfg(feature = "ssr")]
pub mod rank;
pub mod settings;
pub mod start;
pub mod state_mark;
pub mod tabs;
pub mod views;
