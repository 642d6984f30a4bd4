//! Finds rows in the DOM, and keeps the focus on a row that is rendered again.

use leptos::web_sys::{Element, FocusOptions};

use crate::web::task_view::focus;

/// The task number of the row that contains `element`, and the row's index in the list.
#[must_use]
pub fn row_of(element: &Element) -> Option<(i64, usize)> {
    let row = element.closest("[data-at]").ok()??;
    Some((focus::task_number(&row)?, row.get_attribute("data-at")?.parse().ok()?))
}

/// Runs a `change` that may render rows again, and restores the focus to the same part of the same row.
pub fn keep(change: &mut dyn FnMut()) {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    focus::keep(&selectors_of, &options, change);
}

/// Selectors of the focused part of a row, the most specific first.
fn selectors_of(element: &Element) -> Option<Vec<String>> {
    let (number, at) = row_of(element)?;
    let part = match element.get_attribute("data-edit") {
        Some(field) => format!("[data-edit=\"{field}\"]"),
        None if element.tag_name() == "INPUT" => "input".to_owned(),
        None => ".open".to_owned(),
    };
    let row = format!("[data-task=\"{number}\"]");
    Some(vec![format!("{row}[data-at=\"{at}\"] {part}"), format!("{row} {part}")])
}
