//! Helpers for keyboard events.

use leptos::{ev::KeyboardEvent, prelude::*, web_sys::Element};
use wasm_bindgen::JsCast;

/// Selects controls that use the keys pressed in them.
const FIELD: &str = "input:not([type='checkbox'], [type='radio']), textarea, select, [contenteditable]";

/// Whether the key is pressed in a field.
#[must_use]
pub fn is_typed_into(event: &KeyboardEvent) -> bool {
    // A dialog that has just closed keeps the focus for some milliseconds, and keys are for the page again.
    is_within(event, FIELD) && !is_within(event, "dialog:not([open])")
}

/// Whether page shortcuts must ignore the key: it is pressed in a field or a dialog, or handled already.
#[must_use]
pub fn is_handled(event: &KeyboardEvent) -> bool {
    event.default_prevented() || event.is_composing() || is_typed_into(event) || is_within(event, "dialog[open]")
}

fn is_within(event: &KeyboardEvent, selector: &str) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.closest(selector).is_ok_and(|found| found.is_some()))
}

/// Renders a key, a chord (`Ctrl+K`) or a sequence (`g h`).
#[component]
pub fn Keys(keys: &'static str) -> impl IntoView {
    let sequence = keys.split(' ').enumerate().map(|(index, chord)| {
        let chord = chord.split('+').map(|key| {
            let is_letter = key.chars().count() == 1;
            let key = if is_letter { key.to_uppercase() } else { key.to_owned() };
            view! { <kbd>{key}</kbd> }
        });
        view! {
            {(index > 0).then_some(" then")}
            {chord.collect_view()}
        }
    });
    view! { <span class="keys">{sequence.collect_view()}</span> }.into_any()
}
