//! Selects tasks by their checkboxes, with Shift for a range.

use leptos::{ev, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlInputElement};

use super::{TaskView, commands, focus, store::TaskViewStore};

/// Selector of the checkbox of a task.
const CHECKBOX: &str = "[data-task] > input[type=checkbox]";

/// Handles a click on the checkbox of a task. Returns whether it was one.
pub fn on_click(view: &dyn TaskView, event: &ev::MouseEvent) -> bool {
    let target = focus::target(event).filter(|target| target.matches(CHECKBOX).unwrap_or_default());
    let checkbox = target.and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    let Some((number, checkbox)) = checkbox.and_then(|checkbox| Some((focus::task_number(&checkbox)?, checkbox)))
    else {
        return false;
    };
    commands::select(view, number, checkbox.checked(), event.shift_key());
    true
}

/// Keeps the rendered checkboxes in step with the selection, on a page that does not render tasks again when the
/// selection changes.
pub fn sync(store: TaskViewStore) {
    Effect::new(move || {
        store.selection().with(|selected| {
            let Ok(checkboxes) = document().query_selector_all(CHECKBOX) else { return };
            for index in 0..checkboxes.length() {
                let checkbox = checkboxes.item(index).and_then(|node| node.dyn_into::<HtmlInputElement>().ok());
                if let Some(checkbox) = checkbox
                    && let Some(number) = focus::task_number(&checkbox)
                {
                    checkbox.set_checked(selected.contains(&store.task_key(number)));
                }
            }
        });
    });
}
