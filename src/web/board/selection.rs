//! Selects cards by their checkboxes, with Shift for a range.

use leptos::{
    ev,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlInputElement},
};

use super::{focus::task_number, store::BoardStore};

/// Selector of a card's checkbox.
const CHECKBOX: &str = "input.pick";

/// Handles a click on a card's checkbox.
pub fn on_click(store: BoardStore, event: &ev::MouseEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(checkbox) = target.filter(|target| target.matches(CHECKBOX).unwrap_or_default()) else { return };
    let (Some(number), Ok(checkbox)) = (task_number(&checkbox), checkbox.dyn_into::<HtmlInputElement>()) else {
        return;
    };
    let (selection, key, is_selected) = (store.selection(), store.task_key(number), checkbox.checked());
    if event.shift_key() {
        selection.set_through(key, is_selected, &store.tasks_in_column_of(number));
    } else {
        selection.set(key, is_selected);
    }
}

/// Keeps the rendered checkboxes in step with the selection.
pub fn sync_checkboxes(store: BoardStore) {
    Effect::new(move || {
        store.selection().with(|selected| {
            let Ok(checkboxes) = document().query_selector_all(&format!(".board {CHECKBOX}")) else { return };
            for index in 0..checkboxes.length() {
                let checkbox = checkboxes.item(index).and_then(|node| node.dyn_into::<HtmlInputElement>().ok());
                if let Some(checkbox) = checkbox
                    && let Some(number) = task_number(&checkbox)
                {
                    checkbox.set_checked(selected.contains(&store.task_key(number)));
                }
            }
        });
    });
}
