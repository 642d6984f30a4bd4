//! Keyboard control of a board: Space lifts and drops a card, the arrow keys move it, Escape returns it; the other keys
//! select tasks.

use leptos::{ev, prelude::*};

use super::{board_state::BoardState, board_state::Step, commands::BoardCommands, focus};
use crate::web::task_view::{
    focus::target,
    keyboard::{self, has_modifier},
    viewport::Viewport,
};

/// Handles a key that is pressed on the board.
pub fn on_key(commands: BoardCommands, viewport: Viewport, event: &ev::KeyboardEvent) {
    let store = commands.store;
    if !store.shared.may_write() || has_modifier(event) {
        return;
    }
    let card = target(event).and_then(|element| focus::card_of(&element));
    let is_lifted = card.is_some() && card == store.lifted();
    let step = |step| focus::keep(viewport, &mut || commands.step(step));
    let cancel = || {
        let origin = store.cards.with_untracked(BoardState::lifted_from);
        focus::keep_in(viewport, origin, &mut || commands.cancel_lift());
    };
    match (event.key().as_str(), card) {
        (" ", Some((number, lane))) if !is_lifted => focus::keep(viewport, &mut || commands.lift(number, lane)),
        (" " | "Enter", Some((number, _))) if is_lifted => {
            focus::keep(viewport, &mut || commands.drop_lifted());
            if let Some(column) = store.collapsed_column_of(number) {
                focus::on_column(column);
            }
        }
        ("Escape", _) if is_lifted => cancel(),
        ("ArrowUp", _) if is_lifted => step(Step::Up),
        ("ArrowDown", _) if is_lifted => step(Step::Down),
        ("ArrowLeft", _) if is_lifted => step(Step::Left),
        ("ArrowRight", _) if is_lifted => step(Step::Right),
        // Tab moves on from the card's original position, so its default action stays.
        ("Tab", _) if is_lifted => return cancel(),
        // The card that is lifted somewhere else stays lifted.
        ("Escape", _) if store.lifted().is_some() => return,
        _ if !is_lifted => return keyboard::on_key(&commands, event),
        _ => return,
    }
    event.prevent_default();
}
