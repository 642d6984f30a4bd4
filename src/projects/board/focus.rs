//! Keeps the focus on a card whose column is rendered anew.

use leptos::{
    prelude::*,
    task::{spawn_local, tick},
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};

/// The class of a card on the board.
const CARD: &str = ".task";

/// Makes a change that may render columns anew; if a card has the focus, it has it afterwards too.
///
/// The card is focused again before the next key arrives: rendering and focusing are microtasks, a key is a task.
pub fn keep<T>(change: impl FnOnce() -> T) -> T {
    let focused = document().active_element().and_then(|element| task_number_of_card(&element));
    let outcome = change();
    if let Some(number) = focused {
        spawn_local(async move {
            tick().await;
            let card = document().query_selector(&format!("[data-task=\"{number}\"] > {CARD}")).ok().flatten();
            if let Some(card) = card.and_then(|card| card.dyn_into::<HtmlElement>().ok()) {
                // Focusing brings it into view, along both axes; a card that is gone has nothing to lose.
                drop(card.focus());
            }
        });
    }
    outcome
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
