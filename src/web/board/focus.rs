//! Keeps the focus on a card whose column is rendered again.

use leptos::web_sys::{Element, FocusOptions};

use super::viewport::Viewport;
use crate::{domain::tasks::lane::Lane, web::ui::focus};

/// Selector of a card.
const CARD: &str = ".task";

/// Runs a `change` that may render columns again and restores the focus to the card that had it.
pub fn keep<T>(viewport: Viewport, change: impl FnOnce() -> T) -> T {
    keep_in(viewport, change, |_| None)
}

/// As [`keep`]; `lane` names the card's lane after the change. A card can stand in several lanes: the focus goes to the
/// lifted one, else to the one in the same lane as before.
pub fn keep_in<T>(viewport: Viewport, change: impl FnOnce() -> T, lane: impl FnOnce(&T) -> Option<Lane>) -> T {
    let selectors = |(number, old_lane): (i64, Lane), outcome: &T| {
        let lane = lane(outcome).unwrap_or(old_lane);
        let card = format!("[data-task=\"{number}\"] > {CARD}");
        vec![format!("{card}.lifted"), format!("[data-lane=\"{lane}\"] > {card}"), card]
    };
    let identify = |element: &Element| {
        let number = task_number_of_card(element)?;
        viewport.ensure_rendered(number);
        Some((number, lane_of(element)))
    };
    // Focusing scrolls the card into view, along both axes.
    focus::keep(identify, selectors, &FocusOptions::new(), change)
}

/// Focuses the button that expands a column, after the focused card disappeared into it.
pub fn on_column(column: usize) {
    focus::put(vec![format!("[data-column=\"{column}\"] .fold button")], &FocusOptions::new());
}

/// The task number of the card that contains `element`.
#[must_use]
pub fn task_number_of_card(element: &Element) -> Option<i64> {
    task_number(&element.closest(CARD).ok()??)
}

/// The lane that contains `element`.
#[must_use]
pub fn lane_of(element: &Element) -> Lane {
    let lane = element.closest("[data-lane]").ok().flatten().and_then(|list| list.get_attribute("data-lane"));
    lane.and_then(|lane| lane.parse().ok()).unwrap_or_default()
}

/// The task number of the list item that contains `element`.
#[must_use]
pub fn task_number(element: &Element) -> Option<i64> {
    element.closest("[data-task]").ok()??.get_attribute("data-task")?.parse().ok()
}
