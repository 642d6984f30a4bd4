//! The keys of a board: Space lifts and drops a card, the arrows move it, Escape returns it; `x` chooses it, and Escape
//! chooses nothing any more.

use leptos::{ev, wasm_bindgen::JsCast, web_sys::Element};

use super::{
    board_state::Step,
    focus::{self, lane_of, task_number_of_card},
    store::BoardStore,
};
use crate::web::ui::keyboard::is_taken;

/// Acts on a key that is pressed on a card.
pub fn on_key(controls: BoardStore, event: &ev::KeyboardEvent) {
    if !controls.may_move() || event.ctrl_key() || event.alt_key() || event.meta_key() {
        return;
    }
    if event.key() == "Escape" && controls.lifted().is_none() && !is_taken(event) {
        controls.selection().clear();
        return;
    }
    let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let card = element.and_then(|element| Some((task_number_of_card(&element)?, lane_of(&element))));
    let Some((number, lane)) = card else { return };
    let lifted = controls.lifted() == Some((number, lane));
    let pane = controls.pane();
    let step = |step| focus::keep(pane, || controls.step(step));
    let put_back = || {
        focus::keep_in(pane, || controls.put_back(), |lane| *lane);
    };
    match (event.key().as_str(), lifted) {
        (" ", false) => focus::keep(pane, || controls.lift(number, lane)),
        (" " | "Enter", true) => {
            focus::keep(pane, || controls.put_down());
            if let Some(column) = controls.collapsed_around(number) {
                focus::on_column(column);
            }
        }
        ("x", false) => controls.selection().toggle(controls.task(number)),
        ("Escape", true) => put_back(),
        ("ArrowUp", true) => step(Step::Up),
        ("ArrowDown", true) => step(Step::Down),
        ("ArrowLeft", true) => step(Step::Left),
        ("ArrowRight", true) => step(Step::Right),
        // The focus is to go on from where the card comes to lie.
        ("Tab", true) => return put_back(),
        _ => return,
    }
    event.prevent_default();
}
