//! Finds tasks in the DOM, and keeps the focus on a task that is rendered again.

use leptos::{
    ev,
    wasm_bindgen::JsCast,
    web_sys::{Element, FocusOptions},
};

use crate::web::ui::focus;

/// The element at which an event happened.
#[must_use]
pub fn target(event: &ev::Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// The number of the task whose card or row contains `element`.
#[must_use]
pub fn task_number(element: &Element) -> Option<i64> {
    element.closest("[data-task]").ok()??.get_attribute("data-task")?.parse().ok()
}

/// Runs a `change` that may render tasks again, and restores the focus. `selectors` returns the selectors of the focused
/// part of a task after the change, the most specific first; `None` for elements outside of tasks.
pub fn keep(selectors: &dyn Fn(&Element) -> Option<Vec<String>>, options: &FocusOptions, change: &mut dyn FnMut()) {
    focus::keep(selectors, |selectors, ()| selectors, options, change);
}
