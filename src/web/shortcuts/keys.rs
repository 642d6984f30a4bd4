//! Hears the keys that are pressed on a page of a workspace, and does what they mean.

use leptos::{ev::KeyboardEvent, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};
use leptos_router::hooks::{use_location, use_navigate};

use super::{Act, Meaning, Shortcut, current_page::CurrentPage, help::Help, meaning};
use crate::web::{
    board::{NEW_TASK, start_task},
    palette::Palette,
    search::page,
    ui::keyboard::is_typed_into,
};

/// How many milliseconds after a stroke the next one belongs to it.
const TOGETHER: f64 = 1500.0;

/// Hears keys while it is on the page.
#[component]
pub fn Shortcuts() -> impl IntoView {
    let (palette, help, path, navigate) = (Palette::expect(), Help::expect(), use_location().pathname, use_navigate());
    // The strokes so far, and when the last one was made.
    let begun = StoredValue::new(None::<(String, f64)>);
    Effect::new(move |_| {
        let navigate = navigate.clone();
        let go = move |href: &str| navigate(href, leptos_router::NavigateOptions::default());
        let hear = move |event: KeyboardEvent| {
            if is_for_commands(&event) {
                event.prevent_default();
                palette.toggle();
                return;
            }
            let before = begun.try_update_value(Option::take).flatten();
            if !is_heard(&event) {
                return;
            }
            let Some(here) = path.try_get_untracked().and_then(|path| CurrentPage::at(&path)) else { return };
            let recent = before.filter(|(_, at)| event.time_stamp() - at < TOGETHER);
            let strokes = recent.map_or_else(|| event.key(), |(strokes, _)| format!("{strokes} {}", event.key()));
            match meaning(&strokes, &here) {
                Meaning::Whole(shortcut) => {
                    if act(shortcut, &here, palette, help, &go) {
                        event.prevent_default();
                    }
                }
                Meaning::Beginning => begun.set_value(Some((strokes, event.time_stamp()))),
                Meaning::Nothing => {}
            }
        };
        let listener = window_event_listener(leptos::ev::keydown, hear);
        on_cleanup(move || listener.remove());
    });
}

/// Ctrl+K, on a Mac ⌘K: while one types, too.
fn is_for_commands(event: &KeyboardEvent) -> bool {
    let is_chord = (event.ctrl_key() ^ event.meta_key()) && !event.alt_key() && !event.shift_key();
    is_chord && event.key().eq_ignore_ascii_case("k") && !is_covered_by(":not(#palette)")
}

/// Whether the key is meant for the page: not for a field, nor for what lies over the page.
fn is_heard(event: &KeyboardEvent) -> bool {
    let is_chord = event.ctrl_key() || event.meta_key() || event.alt_key();
    let is_plain = !is_chord && !event.is_composing() && !event.repeat() && !event.default_prevented();
    is_plain && !is_typed_into(event) && !is_covered_by("") && select(":popover-open").is_none()
}

/// Whether a dialog of this kind is open.
fn is_covered_by(kind: &str) -> bool {
    select(&format!("dialog[open]{kind}")).is_some()
}

/// Whether there was something to do.
fn act(shortcut: &Shortcut, here: &CurrentPage, palette: Palette, help: Help, go: &impl Fn(&str)) -> bool {
    match shortcut.act {
        Act::Commands => palette.open(""),
        Act::Help => help.show(),
        Act::Search => {
            if !focus(&format!("#{}", page::FIELD)) {
                go(&here.page("/search"));
            }
        }
        Act::NewTask if here.is_board => return start_task(),
        Act::NewTask => match here.project_page("board") {
            Some(board) => go(&format!("{board}{NEW_TASK}")),
            None => palette.open("create task "),
        },
        Act::Go(page) => match page(here) {
            Some(page) => go(&page),
            None => return false,
        },
        Act::Focus(selector) => return focus(selector),
        Act::Shown => return false,
    }
    true
}

/// Puts the focus on the first element that `selector` selects; what leads to a form is followed.
pub fn focus(selector: &str) -> bool {
    let found = select(selector);
    match &found {
        Some(link) if link.tag_name() == "A" => link.click(),
        // What cannot take the focus leaves it where it is.
        Some(field) => drop(field.focus()),
        None => {}
    }
    found.is_some()
}

fn select(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}
