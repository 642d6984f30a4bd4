//! Keys, wherever the focus is.

use leptos::{ev::KeyboardEvent, prelude::*, web_sys::Element};
use wasm_bindgen::JsCast;

/// What takes the keys that are pressed in it.
const FIELD: &str = "input:not([type='checkbox'], [type='radio']), textarea, select, [contenteditable]";

/// Whether the key writes, or chooses, in the field that has the focus.
#[must_use]
pub fn is_typed_into(event: &KeyboardEvent) -> bool {
    is_within(event, FIELD)
}

/// Whether the key is not for the page: it is pressed where one types or in a dialog, or somebody has made use of it already.
#[must_use]
pub fn is_taken(event: &KeyboardEvent) -> bool {
    event.default_prevented() || event.is_composing() || is_typed_into(event) || is_within(event, "dialog")
}

fn is_within(event: &KeyboardEvent, selector: &str) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.closest(selector).is_ok_and(|found| found.is_some()))
}

/// A key, or several at once (`Ctrl+K`) or after each other (`g h`), as people see it.
#[component]
pub fn Keys(keys: &'static str) -> impl IntoView {
    let strokes = keys.split(' ').enumerate().map(|(index, stroke)| {
        let together = stroke.split('+').map(|key| {
            let is_letter = key.chars().count() == 1;
            let key = if is_letter { key.to_uppercase() } else { key.to_owned() };
            view! { <kbd>{key}</kbd> }
        });
        view! {
            {(index > 0).then_some(" then")}
            {together.collect_view()}
        }
    });
    view! { <span class="keys">{strokes.collect_view()}</span> }.into_any()
}
