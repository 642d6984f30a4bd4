//! Keyboard shortcuts of the switcher.
//!
//! Alt+O opens the switcher from anywhere. While it is open, a digit opens the organization with this number; a letter
//! focuses the filter or, without a filter, the next organization that begins with this letter.

use leptos::{
    ev::KeyboardEvent,
    prelude::*,
    web_sys::{Element, HtmlElement},
};
use wasm_bindgen::JsCast;

use crate::{
    domain::fold::fold,
    web::ui::{
        keyboard::{character, is_typed_into, key_of},
        page::SIDEBAR,
    },
};

/// The `id` of the switcher's menu.
pub(super) const MENU_ID: &str = "organizations";

/// The number of organizations that a digit key opens.
pub(super) const NUMBERED_MAX: usize = 9;

/// Handles a key pressed anywhere on the page.
pub(super) fn on_key(event: &KeyboardEvent) {
    let Some(menu) = by_id(MENU_ID) else { return };
    let is_open = menu.matches(":popover-open").unwrap_or_default();
    let is_plain = !event.ctrl_key() && !event.alt_key() && !event.meta_key();
    let typing = is_typed_into(event);
    if event.alt_key() && !event.ctrl_key() && !event.meta_key() && !event.shift_key() && key_of(event) == "o" {
        // In a text field, Alt+O may type a character.
        if !typing || is_open {
            event.prevent_default();
            toggle(&menu, is_open);
        }
    } else if is_open && is_plain && !typing {
        on_key_in(&menu, event);
    }
}

/// Closes the menu. The button that opened it gets the focus.
pub(super) fn close() {
    drop(by_id(MENU_ID).map(|menu| menu.hide_popover()));
}

fn toggle(menu: &HtmlElement, is_open: bool) {
    if is_open {
        drop(menu.hide_popover());
        return;
    }
    // In a narrow window the switcher is inside the closed drawer.
    if let Some(sidebar) = by_id(SIDEBAR).filter(|sidebar| sidebar.offset_width() == 0) {
        drop(sidebar.show_popover());
    }
    drop(menu.show_popover());
    let current = menu.query_selector("[aria-current]").ok().flatten().or_else(|| links(menu).into_iter().next());
    focus(current);
}

fn on_key_in(menu: &HtmlElement, event: &KeyboardEvent) {
    let Some(character) = character(event) else { return };
    if let Some(number) =
        key_of(event).chars().next().and_then(|digit| digit.to_digit(10)).and_then(|digit| usize::try_from(digit).ok())
    {
        let index = number.checked_sub(1).filter(|index| *index < NUMBERED_MAX);
        if let Some(link) = index.and_then(|index| links(menu).into_iter().nth(index)) {
            event.prevent_default();
            click(link);
        }
    } else if character.is_alphanumeric() {
        // The filter takes the focus on `keydown`, before the letter is inserted.
        match menu.query_selector("input[type='search']").ok().flatten() {
            Some(field) => focus(Some(field)),
            None => focus(next_starting_with(menu, character)),
        }
    }
}

/// Finds the next link after the focused one whose name begins with `letter`.
fn next_starting_with(menu: &HtmlElement, letter: char) -> Option<Element> {
    let links = links(menu);
    let focused = document().active_element();
    let at = links.iter().position(|link| focused.as_ref().is_some_and(|focused| link.is_same_node(Some(focused))));
    let start = at.map_or(0, |at| at + 1);
    let matches = |link: &&Element| {
        let name = link.query_selector(".lines").ok().flatten().and_then(|name| name.text_content());
        fold(&name.unwrap_or_default()).starts_with(&fold(&letter.to_string()))
    };
    links[start..].iter().chain(&links[..start]).find(matches).cloned()
}

/// Returns the links to organizations, in order.
fn links(menu: &HtmlElement) -> Vec<Element> {
    let Ok(found) = menu.query_selector_all(".choices a") else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect()
}

fn by_id(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

fn focus(element: Option<Element>) {
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // Only elements of the open menu are focused, so this does not fail.
        drop(element.focus());
    }
}

fn click(element: Element) {
    if let Ok(element) = element.dyn_into::<HtmlElement>() {
        element.click();
    }
}
