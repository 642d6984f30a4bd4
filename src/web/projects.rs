//! Projects: the creation, the overview and the settings of a project, and the parts that all project pages share.

pub mod favourite;
pub mod functions;
pub mod new;
pub mod overview;
pub mod page_actions;
pub mod settings;
pub mod state_mark;
pub mod tabs;
