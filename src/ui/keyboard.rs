//! Keys, wherever the focus is.

use leptos::{ev::KeyboardEvent, prelude::*, web_sys::Element};
use wasm_bindgen::JsCast;

/// Whether the key writes, or chooses, in the field that has the focus.
#[must_use]
pub fn is_typed_into(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| {
        target.matches("input:not([type='radio'], [type='checkbox']), textarea, select").unwrap_or_default()
    })
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
