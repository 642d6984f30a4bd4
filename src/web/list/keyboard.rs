//! Keyboard control of a list: the arrow keys, or `j` and `k`, go from row to row, Enter opens a task, and `e` edits its title;
//! the other keys select tasks.

use leptos::{
    ev,
    prelude::*,
    task::{spawn_local, tick},
    wasm_bindgen::JsCast,
    web_sys::HtmlElement,
};

use super::{commands::ListCommands, focus::row_of};
use crate::domain::tasks::field_name::Field;
use crate::web::{
    task_view::{
        focus::target,
        keyboard::{self, has_modifier},
    },
    ui::keyboard::key_of,
};

/// Handles a key that is pressed in a row.
pub fn on_key(commands: ListCommands, event: &ev::KeyboardEvent) {
    if has_modifier(event) {
        return;
    }
    let Some(element) = target(event) else { return };
    let Some((number, at)) = row_of(&element) else { return };
    match key_of(event).as_str() {
        "ArrowDown" | "j" => go(commands, Some(at + 1)),
        "ArrowUp" | "k" => go(commands, at.checked_sub(1)),
        "e" if commands.store.shared.may_write() => {
            if let Some(row) = commands.store.row(number) {
                commands.edit_at(row, Field::Title, &element);
            }
        }
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
