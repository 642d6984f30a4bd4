//! Moving cards by keyboard: Space lifts and drops, the arrows move, Escape returns.

use leptos::{ev, prelude::*, task, wasm_bindgen::JsCast, web_sys};

use super::{controls::Controls, moves::Step, pointer::task_number};

/// Acts on a key that is pressed on a card.
pub fn on_key(controls: Controls, event: &ev::KeyboardEvent) {
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
        return;
    }
    let Some(card) = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) else { return };
    let Some(number) = card.closest(".task").ok().flatten().and_then(|card| task_number(&card)) else { return };
    let lifted = controls.lifted() == Some(number);
    match (event.key().as_str(), lifted) {
        (" ", false) => controls.lift(number),
        (" " | "Enter", true) => controls.put_down(),
        ("Escape", true) => controls.put_back(),
        ("ArrowUp", true) => controls.step(Step::Up),
        ("ArrowDown", true) => controls.step(Step::Down),
        ("ArrowLeft", true) => controls.step(Step::Left),
        ("ArrowRight", true) => controls.step(Step::Right),
        ("Tab", true) => return controls.put_back(),
        _ => return,
    }
    event.prevent_default();
    keep_focus(number);
}

/// Focuses the card again once its column has been rendered anew, before the next key arrives.
fn keep_focus(number: i64) {
    task::spawn_local(async move {
        task::tick().await;
        let card = document().query_selector(&format!("[data-task=\"{number}\"] > .task")).ok().flatten();
        if let Some(card) = card.and_then(|card| card.dyn_into::<web_sys::HtmlElement>().ok()) {
            // Focusing brings it into view, along both axes.
            let _ = card.focus();
        }
    });
}
