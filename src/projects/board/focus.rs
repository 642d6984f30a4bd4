//! Keeps the focus on a card whose column is rendered anew.

use leptos::web_sys::{Element, FocusOptions};

use crate::ui::focus::{self, Place};

/// The class of a card on the board.
const CARD: &str = ".task";

/// Makes a change that may render columns anew; if a card has the focus, it has it afterwards too.
pub fn keep<T>(change: impl FnOnce() -> T) -> T {
    // Focusing brings it into view, along both axes.
    focus::keep(place, &FocusOptions::new(), change)
}

fn place(element: &Element) -> Option<Place> {
    let number = task_number_of_card(element)?;
    Some(vec![format!("[data-task=\"{number}\"] > {CARD}")])
}

/// The number of the task whose card `element` is in, or is.
#[must_use]
pub fn task_number_of_card(element: &Element) -> Option<i64> {
    task_number(&element.closest(CARD).ok()??)
}

/// The number of the task whose place on the board `element` is in, or is.
#[must_use]
pub fn task_number(element: &Element) -> Option<i64> {
    element.closest("[data-task]").ok()??.get_attribute("data-task")?.parse().ok()
}
