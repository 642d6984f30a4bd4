//! Keyboard control of a list: the arrow keys, or `j` and `k`, go from row to row; Enter opens a task, `x` selects it, and
//! Escape clears the selection.

use leptos::{
    ev,
    prelude::*,
    task::{spawn_local, tick},
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};

use super::{
    focus::{keep_focus, row_of},
    store::ListStore,
};

/// Handles a key that is pressed in a row.
pub fn on_key(store: ListStore, may_write: bool, event: &ev::KeyboardEvent) {
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
        return;
    }
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some((number, at)) = target.as_ref().and_then(row_of) else { return };
    match event.key().as_str() {
        "ArrowDown" | "j" => go(store, Some(at + 1)),
        "ArrowUp" | "k" => go(store, at.checked_sub(1)),
        "x" if may_write => keep_focus(|| store.select(number, false)),
        "Escape" if store.selection().with_untracked(|keys| !keys.is_empty()) => {
            keep_focus(|| store.selection().clear());
        }
        _ => return,
    }
    event.prevent_default();
}

/// Focuses the row at index `to`, if the list has it.
fn go(store: ListStore, to: Option<usize>) {
    let Some(at) = to.filter(|at| store.show_row(*at)) else { return };
    spawn_local(async move {
        tick().await;
        let row = document().query_selector(&format!("[data-at=\"{at}\"] > .open")).ok().flatten();
        if let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
            // Focusing scrolls the row into view. A row that is still loading is not focused.
            drop(row.focus());
        }
    });
}
