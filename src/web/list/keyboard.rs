//! Working in a list by keyboard: the arrows, or j and k, go from row to row; Enter opens one, x selects it, and Escape leaves none
//! selected.

use leptos::{
    ev,
    prelude::*,
    task::{spawn_local, tick},
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};

use super::store::ListStore;

/// Acts on a key that is pressed in a row.
pub fn on_key(controls: ListStore, may_write: bool, event: &ev::KeyboardEvent) {
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
        return;
    }
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some((number, at)) = target.as_ref().and_then(row_of) else { return };
    match event.key().as_str() {
        "ArrowDown" | "j" => go(controls, Some(at + 1)),
        "ArrowUp" | "k" => go(controls, at.checked_sub(1)),
        "x" if may_write => super::view::keep_focus(|| controls.select(number, false)),
        "Escape" if controls.selection().with_untracked(|keys| !keys.is_empty()) => {
            super::view::keep_focus(|| controls.selection().clear());
        }
        _ => return,
    }
    event.prevent_default();
}

/// The number of the task whose row `element` is in, and the row's place in the list.
#[must_use]
pub fn row_of(element: &Element) -> Option<(i64, usize)> {
    let row = element.closest("[data-at]").ok()??;
    Some((row.get_attribute("data-task")?.parse().ok()?, row.get_attribute("data-at")?.parse().ok()?))
}

fn go(controls: ListStore, to: Option<usize>) {
    let Some(at) = to.filter(|at| controls.show(*at)) else { return };
    spawn_local(async move {
        tick().await;
        let row = document().query_selector(&format!("[data-at=\"{at}\"] > .open")).ok().flatten();
        if let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
            // Focusing brings it into view; one that is still being loaded is not there.
            drop(row.focus());
        }
    });
}
