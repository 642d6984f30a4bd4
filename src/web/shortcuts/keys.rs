//! Handles the keyboard shortcuts of an organization's pages.

use leptos::{ev::KeyboardEvent, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};
use leptos_router::hooks::{use_location, use_navigate};

use super::{KeyMatch, Shortcut, ShortcutEffect, current_page::CurrentPage, help::Help, match_keys};
use crate::web::{
    new_task::{NEW_TASK, start_task},
    palette::context::Palette,
    search::query,
    ui::keyboard::{is_typed_into, key_of},
};

/// The maximum time in milliseconds between the keys of a sequence.
const SEQUENCE_TIMEOUT: f64 = 1500.0;

/// Listens for shortcuts while mounted. Renders nothing.
#[component]
pub fn Shortcuts() -> impl IntoView {
    let (palette, help, path, navigate) = (Palette::expect(), Help::expect(), use_location().pathname, use_navigate());
    // The keys of an unfinished sequence and the time of the last one.
    let sequence = StoredValue::new(None::<(String, f64)>);
    Effect::new(move |_| {
        let navigate = navigate.clone();
        let go = move |href: &str| navigate(href, leptos_router::NavigateOptions::default());
        let on_key = move |event: KeyboardEvent| {
            if is_palette_chord(&event) {
                event.prevent_default();
                palette.toggle();
                return;
            }
            let is_chord = event.ctrl_key() || event.meta_key() || event.alt_key();
            if !is_chord && palette.keep(&event) {
                event.prevent_default();
                event.stop_immediate_propagation();
                return;
            }
            let previous = sequence.try_update_value(Option::take).flatten();
            if !is_for_page(&event) {
                return;
            }
            let key = key_of(&event);
            let Some(page) = path.try_get_untracked().and_then(|path| CurrentPage::from_path(&path)) else { return };
            let recent = previous.filter(|(_, at)| event.time_stamp() - at < SEQUENCE_TIMEOUT);
            let keys = recent.map_or_else(|| key.clone(), |(keys, _)| format!("{keys} {key}"));
            match match_keys(&keys, &page) {
                KeyMatch::Shortcut(shortcut) => {
                    if run(shortcut, &page, palette, help, &go) {
                        event.prevent_default();
                    }
                }
                KeyMatch::Prefix => sequence.set_value(Some((keys, event.time_stamp()))),
                KeyMatch::None => {}
            }
        };
        let listener = window_event_listener(leptos::ev::keydown, on_key);
        on_cleanup(move || listener.remove());
    });
}

/// Whether the event is Ctrl+K or ⌘K, which works in fields too.
fn is_palette_chord(event: &KeyboardEvent) -> bool {
    let is_chord = (event.ctrl_key() ^ event.meta_key()) && !event.alt_key() && !event.shift_key();
    is_chord && key_of(event) == "k" && !has_open_dialog(":not(#palette)")
}

/// Whether the key is meant for the page rather than for a field, a dialog or a popover.
fn is_for_page(event: &KeyboardEvent) -> bool {
    let is_chord = event.ctrl_key() || event.meta_key() || event.alt_key();
    let is_plain = !is_chord && !event.repeat() && !event.default_prevented();
    is_plain && !is_typed_into(event) && !has_open_dialog("") && select(":popover-open").is_none()
}

/// Whether a dialog that matches `selector` is open.
fn has_open_dialog(selector: &str) -> bool {
    select(&format!("dialog[open]{selector}")).is_some()
}

/// Runs the shortcut. Returns `false` if it has no effect on this page.
fn run(shortcut: &Shortcut, page: &CurrentPage, palette: Palette, help: Help, go: &impl Fn(&str)) -> bool {
    match shortcut.effect {
        ShortcutEffect::Palette => palette.open(""),
        ShortcutEffect::Help => help.show(),
        ShortcutEffect::Search => {
            if !focus(&format!("#{}", query::FIELD_ID)) {
                go(&page.org_href("/search"));
            }
        }
        ShortcutEffect::NewTask if page.is_board => return start_task(),
        ShortcutEffect::NewTask => match page.project_href("board") {
            Some(board) => go(&format!("{board}{NEW_TASK}")),
            None => palette.open("create task "),
        },
        ShortcutEffect::Go(href) => match href(page) {
            Some(href) => go(&href),
            None => return false,
        },
        ShortcutEffect::Focus(selector) => return focus(selector),
        ShortcutEffect::Documented => return false,
    }
    true
}

/// Focuses the first element that matches `selector`, or follows it if it is a link. Returns whether there is such an element.
pub fn focus(selector: &str) -> bool {
    let found = select(selector);
    match &found {
        Some(link) if link.tag_name() == "A" => link.click(),
        // An element that cannot be focused leaves the focus unchanged.
        Some(field) => drop(field.focus()),
        None => {}
    }
    found.is_some()
}

fn select(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}
