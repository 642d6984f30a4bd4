//! Finds cards in the DOM, and keeps the focus on a card whose column is rendered again.

use leptos::web_sys::{Element, FocusOptions};

use crate::{
    domain::tasks::lane::Lane,
    web::{
        task_view::{focus, viewport::Viewport},
        ui::focus::put,
    },
};

/// Selector of a card.
const CARD: &str = ".task";

/// Runs a `change` that may render columns again and restores the focus to the card that had it.
pub fn keep(viewport: Viewport, change: &mut dyn FnMut()) {
    keep_in(viewport, None, change);
}

/// Does the same as [`keep`], for a card that the change moves to `lane` (`None` if its lane stays the same). A card
/// can be in several lanes: the focus goes to the lifted one, else to the one in that lane.
pub fn keep_in(viewport: Viewport, lane: Option<Lane>, change: &mut dyn FnMut()) {
    let selectors = |element: &Element| {
        let (number, old_lane) = card_of(element)?;
        viewport.ensure_rendered(number);
        let (card, lane) = (format!("[data-task=\"{number}\"] > {CARD}"), lane.unwrap_or(old_lane));
        Some(vec![format!("{card}.lifted"), format!("[data-lane=\"{lane}\"] > {card}"), card])
    };
    // Focusing scrolls the card into view, along both axes.
    focus::keep(&selectors, &FocusOptions::new(), change);
}

/// Focuses the button that expands a column, after the focused card disappeared into it.
pub fn on_column(column: usize) {
    put(vec![format!("[data-column=\"{column}\"] .fold button")], &FocusOptions::new());
}

/// The task number and the lane of the card that contains `element`.
#[must_use]
pub fn card_of(element: &Element) -> Option<(i64, Lane)> {
    let card = element.closest(CARD).ok()??;
    Some((focus::task_number(&card)?, lane_of(&card)))
}

/// The lane that contains `element`.
#[must_use]
pub fn lane_of(element: &Element) -> Lane {
    let lane = element.closest("[data-lane]").ok().flatten().and_then(|list| list.get_attribute("data-lane"));
    lane.and_then(|lane| lane.parse().ok()).unwrap_or_default()
}
