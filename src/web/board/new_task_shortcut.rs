//! Beginning a task by a key or an address.

use leptos::{
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlDetailsElement, HtmlElement},
};

/// What the address of a board ends with when a task is to be begun there.
pub const NEW_TASK: &str = "#new-task";

/// Opens the form of the column that has the focus, or else of the first, and puts the focus into it. Whether there is one.
pub fn start_task() -> bool {
    let form_in = |place: Element| place.query_selector(".add-task").ok().flatten();
    let column = document().active_element().and_then(|focused| focused.closest(".column").ok().flatten());
    let form = column
        .and_then(form_in)
        .or_else(|| document().query_selector(".column:not(.collapsed) .add-task").ok().flatten());
    let Some(form) = form.and_then(|form| form.dyn_into::<HtmlDetailsElement>().ok()) else { return false };
    form.set_open(true);
    let field = form.query_selector("input[name='title']").ok().flatten();
    if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
        // It is shown, now that the form is open.
        drop(field.focus());
    }
    true
}
