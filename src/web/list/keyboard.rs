//! Keyboard control of a list: the arrow keys, or `j` and `k`, go from row to row, and Enter opens a task; the other keys
//! select tasks.

use leptos::{
    ev,
    prelude::*,
    task::{spawn_local, tick},
    wasm_bindgen::JsCast,
    web_sys::HtmlElement,
};

use super::{commands::ListCommands, focus::row_of};
use crate::web::task_view::{
    focus::target,
    keyboard::{self, has_modifier},
};

/// Handles a key that is pressed in a row.
pub fn on_key(commands: ListCommands, event: &ev::KeyboardEvent) {
    if has_modifier(event) {
        return;
    }
    let Some((_, at)) = target(event).as_ref().and_then(row_of) else { return };
    match event.key().as_str() {
        "ArrowDown" | "j" => go(commands, Some(at + 1)),
        "ArrowUp" | "k" => go(commands, at.checked_sub(1)),
        _ => return keyboard::on_key(&commands, event),
    }
    event.prevent_default();
}

/// Focuses the row at index `to`, if the list has it.
fn go(commands: ListCommands, to: Option<usize>) {
    let Some(at) = to.filter(|at| commands.show_row(*at)) else { return };
    spawn_local(async move {
        tick().await;
        let row = document().query_selector(&format!("[data-at=\"{at}\"] > .open")).ok().flatten();
        if let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
            // Focusing scrolls the row into view. A row that is still loading is not focused.
            drop(row.focus());
        }
    });
}
