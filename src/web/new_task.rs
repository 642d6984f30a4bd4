//! Opens the "Add task" form of the board on the page: from a keyboard shortcut, the command palette or the address.

use leptos::{
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlDetailsElement, HtmlElement},
};

/// Fragment of a board's address that opens the form of its first column.
pub const NEW_TASK: &str = "#new-task";

/// Opens and focuses the form of the column that has the focus, else of the first expanded column. Returns `false` if the
/// page has no such form.
pub fn start_task() -> bool {
    let form_in = |column: Element| column.query_selector(".add-task").ok().flatten();
    let column = document().active_element().and_then(|focused| focused.closest(".column").ok().flatten());
    let form = column
        .and_then(form_in)
        .or_else(|| document().query_selector(".column:not(.collapsed) .add-task").ok().flatten());
    let Some(form) = form.and_then(|form| form.dyn_into::<HtmlDetailsElement>().ok()) else { return false };
    form.set_open(true);
    let field = form.query_selector("input[name='title']").ok().flatten();
    if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
        // The form is open now, so the field is visible and can take the focus.
        drop(field.focus());
    }
    true
}
