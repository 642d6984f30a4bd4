//! What opens over the page: a native popover, so that it opens, closes and gives the focus back without WASM.

use leptos::{
    ev::{KeyboardEvent, MouseEvent},
    prelude::*,
    web_sys::{Element, Event, HtmlElement},
};
use wasm_bindgen::JsCast;

/// A popover of links and buttons (class `menu-item`). A button with `popovertarget` set to its `id` opens it.
///
/// Escape and a click elsewhere close it; with WASM the arrow keys, Home and End move through it, and following a link
/// closes it.
#[component]
pub fn Menu(
    /// Unique in the page.
    id: &'static str,
    /// Read out when the focus enters it.
    label: &'static str,
    /// Places it: it is fixed to the window. Added to `menu`.
    class: &'static str,
    /// Called in the browser whenever it has opened.
    #[prop(optional, into)]
    on_open: Option<Callback<()>>,
    children: Children,
) -> impl IntoView {
    let toggled = move |event: Event| {
        if let (Some(on_open), true) = (on_open, is_open(&event)) {
            on_open.run(());
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

/// Whether the popover that the event is handled on is open.
fn is_open(event: &Event) -> bool {
    let popover = event.current_target().and_then(|popover| popover.dyn_into::<Element>().ok());
    popover.is_some_and(|popover| popover.matches(":popover-open").unwrap_or_default())
}

/// Closes the popover that the event is handled on, when a link in it was followed.
pub fn close_on_link(event: &MouseEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let popover = event.current_target().and_then(|popover| popover.dyn_into::<HtmlElement>().ok());
    if let (Some(target), Some(popover)) = (target, popover)
        && target.closest("a").is_ok_and(|link| link.is_some())
    {
        // One that is not open needs no closing.
        drop(popover.hide_popover());
    }
}

/// Whether a click on a link is to do something on the page instead. If so the browser does not follow it, and the popovers
/// around it are closed, so that the focus is where they were opened from.
pub fn takes_over(event: &MouseEvent) -> bool {
    // Those who want another tab or window get it.
    if event.button() != 0 || event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key() {
        return false;
    }
    event.prevent_default();
    let mut inner = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    while let Some(popover) = inner.and_then(|inner| inner.closest("[popover]").ok().flatten()) {
        inner = popover.parent_element();
        if let Ok(popover) = popover.dyn_into::<HtmlElement>() {
            // One that is not open needs no closing.
            drop(popover.hide_popover());
        }
    }
    true
}

/// Opens the popover `id` on the down arrow, as menus do, and puts the focus on its first entry.
pub fn open_on_arrow(event: &KeyboardEvent, id: &str) {
    if event.key() != "ArrowDown" {
        return;
    }
    event.prevent_default();
    let popover = document().get_element_by_id(id).and_then(|popover| popover.dyn_into::<HtmlElement>().ok());
    if let Some(popover) = popover {
        // One that is open stays so.
        drop(popover.show_popover());
        if let Some(first) = entries(&popover).first() {
            drop(first.focus());
        }
    }
}

fn move_focus(event: &KeyboardEvent) {
    let Some(menu) = event.current_target().and_then(|menu| menu.dyn_into::<Element>().ok()) else { return };
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let entries = entries(&menu);
    let at = entries.iter().position(|entry| target.as_ref().is_some_and(|target| entry.is_same_node(Some(target))));
    // The keys of a group of choices are its own.
    let Some(at) = at else { return };
    let typing = entries[at].tag_name() == "INPUT";
    let to = match event.key().as_str() {
        "ArrowDown" => (at + 1) % entries.len(),
        "ArrowUp" => (at + entries.len() - 1) % entries.len(),
        "Home" if !typing => 0,
        "End" if !typing => entries.len() - 1,
        _ => return,
    };
    event.prevent_default();
    // The list holds what is on the page.
    drop(entries[to].focus());
}

/// What the arrow keys visit, in order.
fn entries(menu: &Element) -> Vec<HtmlElement> {
    const VISITED: &str = ":is(.menu-item, input[type='search']):not([hidden] *)";
    let Ok(found) = menu.query_selector_all(VISITED) else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect()
}
