//! Keyboard control of a board: Space lifts and drops a card, the arrow keys move it, Escape returns it; the other keys
//! select tasks.

use leptos::{ev, prelude::*};

use super::{
    board_state::{BoardState, Step},
    commands::BoardCommands,
    focus,
};
use crate::web::{
    task_view::{
        focus::target,
        keyboard::{self, has_modifier},
        viewport::Viewport,
    },
    ui::keyboard::key_of,
};

/// Handles a key that is pressed on the board.
pub fn on_key(commands: BoardCommands, viewport: Viewport, event: &ev::KeyboardEvent) {
    let store = commands.store;
    if !store.shared.may_write() || has_modifier(event) {
        return;
    }
    let card = target(event).and_then(|element| focus::card_of(&element));
    let key = key_of(event);
    match card {
        Some((number, _)) if card == store.lifted() => match key.as_str() {
            " " | "Enter" => {
                focus::keep(viewport, &mut || commands.drop_lifted());
                if let Some(column) = store.collapsed_column_of(number) {
                    focus::on_column(column);
                }
            }
            "Escape" => cancel(commands, viewport),
            "ArrowUp" => step(commands, viewport, Step::Up),
            "ArrowDown" => step(commands, viewport, Step::Down),
            "ArrowLeft" => step(commands, viewport, Step::Left),
            "ArrowRight" => step(commands, viewport, Step::Right),
            // Tab moves on from the card's original position, so its default action stays.
            "Tab" => return cancel(commands, viewport),
            _ => return,
        },
        Some((number, lane)) if key == " " => focus::keep(viewport, &mut || commands.lift(number, lane)),
        // A card that is lifted elsewhere stays lifted.
        _ if key == "Escape" && store.lifted().is_some() => return,
        _ => return keyboard::on_key(&commands, event),
    }
    event.prevent_default();
}

fn step(commands: BoardCommands, viewport: Viewport, step: Step) {
    focus::keep(viewport, &mut || commands.step(step));
}

fn cancel(commands: BoardCommands, viewport: Viewport) {
    let origin = commands.store.cards.with_untracked(BoardState::lifted_from);
    focus::keep_in(viewport, origin, &mut || commands.cancel_lift());
}
