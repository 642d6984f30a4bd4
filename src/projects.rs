//! Projects: a key, a name, and a board of tasks.

pub mod board;
pub mod favourite;
pub mod functions;
pub mod key;
pub mod model;
pub mod new;
pub mod overview;
#[cfg(feature = "ssr")]
pub mod rank;
pub mod settings;
pub mod start;
pub mod state_mark;
pub mod tabs;
