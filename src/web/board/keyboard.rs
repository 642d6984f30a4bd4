//! Keyboard control of a board: Space lifts and drops a card, the arrow keys move it, Escape returns it; `x` selects it, and
//! Escape clears the selection.

use leptos::{ev, wasm_bindgen::JsCast, web_sys::Element};

use super::{
    board_state::Step,
    focus::{self, lane_of, task_number_of_card},
    store::BoardStore,
};
use crate::web::ui::keyboard::is_handled;

/// Handles a key that is pressed on the board.
pub fn on_key(store: BoardStore, event: &ev::KeyboardEvent) {
    if !store.may_move() || event.ctrl_key() || event.alt_key() || event.meta_key() {
        return;
    }
    if event.key() == "Escape" && store.lifted().is_none() && !is_handled(event) {
        store.selection().clear();
        return;
    }
    let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let card = element.and_then(|element| Some((task_number_of_card(&element)?, lane_of(&element))));
    let Some((number, lane)) = card else { return };
    let is_lifted = store.lifted() == Some((number, lane));
    let viewport = store.viewport();
    let step = |step| focus::keep(viewport, || store.step(step));
    let cancel = || {
        focus::keep_in(viewport, || store.cancel_lift(), |lane| *lane);
    };
    match (event.key().as_str(), is_lifted) {
        (" ", false) => focus::keep(viewport, || store.lift(number, lane)),
        (" " | "Enter", true) => {
            focus::keep(viewport, || store.drop_lifted());
            if let Some(column) = store.collapsed_column_of(number) {
                focus::on_column(column);
            }
        }
        ("x", false) => store.selection().toggle(store.task_key(number)),
        ("Escape", true) => cancel(),
        ("ArrowUp", true) => step(Step::Up),
        ("ArrowDown", true) => step(Step::Down),
        ("ArrowLeft", true) => step(Step::Left),
        ("ArrowRight", true) => step(Step::Right),
        // Tab moves on from the card's original position, so its default action stays.
        ("Tab", true) => return cancel(),
        _ => return,
    }
    event.prevent_default();
}
