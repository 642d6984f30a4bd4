//! Keys that do something wherever the focus is, except where one types.

use leptos::{ev, web_sys::Element};
use wasm_bindgen::JsCast as _;

/// What takes the keys that are pressed in it.
const TYPED_INTO: &str = "input:not([type='checkbox'], [type='radio']), textarea, select, [contenteditable], dialog";

/// Whether the key is pressed where one types, or somebody has made use of it already.
#[must_use]
pub fn is_typing(event: &ev::KeyboardEvent) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let takes_keys = element.is_some_and(|element| element.closest(TYPED_INTO).is_ok_and(|found| found.is_some()));
    event.default_prevented() || event.is_composing() || takes_keys
}

/// Whether `event` is the key `key` by itself, pressed where one does not type.
#[must_use]
pub fn is_shortcut(event: &ev::KeyboardEvent, key: &str) -> bool {
    event.key() == key && !(event.ctrl_key() || event.meta_key() || event.alt_key()) && !is_typing(event)
}
