//! Projects: a key, a name, and a board and a list of tasks.

pub mod favourite;
pub mod functions;
pub mod new;
pub mod overview;
pub mod page_actions;
pub mod settings;
pub mod state_mark;
pub mod tabs;
