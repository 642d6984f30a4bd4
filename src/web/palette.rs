//! The command palette: opens any page and runs any command by typing a part of its name.

mod commands;
pub mod context;
pub mod dialog;
mod entries;
mod entry;
mod list;
mod search_state;

pub use self::context::{Palette, RecentPage};
