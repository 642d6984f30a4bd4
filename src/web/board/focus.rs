//! Keeps the focus on a card whose column is rendered anew.

use leptos::web_sys::{Element, FocusOptions};

use super::viewport::Viewport;
use crate::{domain::tasks::lane::Lane, web::ui::focus};

/// The class of a card on the board.
const CARD: &str = ".task";

/// Makes a change that may render columns anew; if a card has the focus, it has it afterwards too.
pub fn keep<T>(pane: Viewport, change: impl FnOnce() -> T) -> T {
    keep_in(pane, change, |_| None)
}

/// The same, where the outcome may say in which lane the card is then. The same card may stand in several: the one in the air
/// has the focus, else the one in the lane where the focus was.
pub fn keep_in<T>(pane: Viewport, change: impl FnOnce() -> T, lane: impl FnOnce(&T) -> Option<Lane>) -> T {
    let same = |(number, was): (i64, Lane), outcome: &T| {
        let lane = lane(outcome).unwrap_or(was);
        let card = format!("[data-task=\"{number}\"] > {CARD}");
        vec![format!("{card}.lifted"), format!("[data-lane=\"{lane}\"] > {card}"), card]
    };
    // Focusing brings it into view, along both axes.
    let place = |element: &Element| {
        let number = task_number_of_card(element)?;
        pane.await_card(number);
        Some((number, lane_of(element)))
    };
    focus::keep(place, same, &FocusOptions::new(), change)
}

/// Puts the focus on the button that opens a column: the card that had it is no longer to be seen.
pub fn on_column(column: usize) {
    focus::put(vec![format!("[data-column=\"{column}\"] .fold button")], &FocusOptions::new());
}

/// The number of the task whose card `element` is in, or is.
#[must_use]
pub fn task_number_of_card(element: &Element) -> Option<i64> {
    task_number(&element.closest(CARD).ok()??)
}

/// The lane that `element` is in.
#[must_use]
pub fn lane_of(element: &Element) -> Lane {
    let lane = element.closest("[data-lane]").ok().flatten().and_then(|list| list.get_attribute("data-lane"));
    lane.and_then(|lane| lane.parse().ok()).unwrap_or_default()
}

/// The number of the task whose place on the board `element` is in, or is.
#[must_use]
pub fn task_number(element: &Element) -> Option<i64> {
    element.closest("[data-task]").ok()??.get_attribute("data-task")?.parse().ok()
}
