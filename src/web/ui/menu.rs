//! Menus as native popovers, which open, close and restore the focus without WASM.

use leptos::{
    ev::{KeyboardEvent, MouseEvent},
    prelude::*,
    web_sys::{Element, Event, HtmlElement},
};
use wasm_bindgen::JsCast;

use super::keyboard::key_of;

/// A popover of links and buttons (class `menu-item`), opened by a button with its `id` as `popovertarget`.
///
/// Escape and a click outside close it. With WASM, the arrow keys, Home and End move the focus, and following a link closes
/// the menu.
#[component]
pub fn Menu(
    /// Unique in the page.
    id: &'static str,
    /// The accessible name.
    label: &'static str,
    /// Positions the menu, which is fixed to the window. Added to the class `menu`.
    class: &'static str,
    /// Called in the browser after the menu has opened (`true`) or closed.
    #[prop(optional, into)]
    on_toggle: Option<Callback<bool>>,
    children: Children,
) -> impl IntoView {
    let toggled = move |event: Event| {
        if let Some(on_toggle) = on_toggle {
            on_toggle.run(is_open(&event));
        }
    };
    view! {
        <div
            id=id
            class=format!("menu {class}")
            popover="auto"
            role="group"
            aria-label=label
            on:keydown=|event| move_focus(&event)
            on:click=|event| close_on_link(&event)
            on:toggle=toggled
        >
            {children()}
        </div>
    }
    .into_any()
}

/// Whether the event's current target, a popover, is open.
fn is_open(event: &Event) -> bool {
    let popover = event.current_target().and_then(|popover| popover.dyn_into::<Element>().ok());
    popover.is_some_and(|popover| popover.matches(":popover-open").unwrap_or_default())
}

/// Closes the event's current target, a popover, if a link in it was clicked.
pub fn close_on_link(event: &MouseEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let popover = event.current_target().and_then(|popover| popover.dyn_into::<HtmlElement>().ok());
    if let (Some(target), Some(popover)) = (target, popover)
        && target.closest("a").is_ok_and(|link| link.is_some())
    {
        // Fails only if the popover is closed already.
        drop(popover.hide_popover());
    }
}

/// Intercepts a plain click on a link, so that the caller can act on the page instead of following the link.
///
/// Returns `false` for a click that opens another tab or window. Otherwise prevents the navigation and closes the surrounding
/// popovers, which return the focus to the buttons that opened them.
pub fn takes_over(event: &MouseEvent) -> bool {
    if event.button() != 0 || event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key() {
        return false;
    }
    event.prevent_default();
    let mut inner = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    while let Some(popover) = inner.and_then(|inner| inner.closest("[popover]").ok().flatten()) {
        inner = popover.parent_element();
        if let Ok(popover) = popover.dyn_into::<HtmlElement>() {
            // Fails only if the popover is closed already.
            drop(popover.hide_popover());
        }
    }
    true
}

/// Opens the popover `id` on the down arrow and focuses its first item.
pub fn open_on_arrow(event: &KeyboardEvent, id: &str) {
    if key_of(event) != "ArrowDown" {
        return;
    }
    event.prevent_default();
    let popover = document().get_element_by_id(id).and_then(|popover| popover.dyn_into::<HtmlElement>().ok());
    if let Some(popover) = popover {
        // Fails only if the popover is open already.
        drop(popover.show_popover());
        if let Some(first) = items(&popover).first() {
            drop(first.focus());
        }
    }
}

fn move_focus(event: &KeyboardEvent) {
    let Some(menu) = event.current_target().and_then(|menu| menu.dyn_into::<Element>().ok()) else { return };
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let items = items(&menu);
    let at = items.iter().position(|item| target.as_ref().is_some_and(|target| item.is_same_node(Some(target))));
    // Radio buttons handle the arrow keys themselves.
    let Some(at) = at else { return };
    let typing = items[at].tag_name() == "INPUT";
    let to = match key_of(event).as_str() {
        "ArrowDown" => (at + 1) % items.len(),
        "ArrowUp" => (at + items.len() - 1) % items.len(),
        "Home" if !typing => 0,
        "End" if !typing => items.len() - 1,
        _ => return,
    };
    event.prevent_default();
    // The items are in the document, so focusing does not fail.
    drop(items[to].focus());
}

/// Returns the items that the arrow keys visit, in order.
fn items(menu: &Element) -> Vec<HtmlElement> {
    const ITEMS: &str = ":is(.menu-item, input[type='search']):not([hidden] *)";
    let Ok(found) = menu.query_selector_all(ITEMS) else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect()
}
