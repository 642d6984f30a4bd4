//! Selecting several tasks on a board or a list, and editing them together.

mod bar;
mod bulk_edit;
mod pickers;
mod selected_tasks;

pub use self::{bar::SelectionBar, bulk_edit::AllMatching, pickers::PickerOptions, selected_tasks::Selection};
