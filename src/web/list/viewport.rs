//! The rows of a list in the viewport.

use std::ops::Range;

use leptos::{prelude::*, web_sys::HtmlElement};

use super::{commands::ListCommands, list_state::ListState};
use crate::web::task_view::{TaskView, viewport::Lines};

/// The lines of a list: all headings have the same height, and so have all rows, so nothing is measured.
pub struct Rows(pub ListCommands);

impl Lines for Rows {
    fn is_windowed(&self) -> bool {
        self.0.store.state.with_untracked(ListState::is_live)
    }

    fn show(&self, _list: &HtmlElement, visible: &Range<f64>) {
        self.0.keep_focus(&mut || self.0.show_range(visible));
    }
}
