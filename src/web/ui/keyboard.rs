//! Helpers for keyboard events. Every handler reads the key through [`key_of`] or [`character`], which know keyboard layouts,
//! input methods and Caps Lock.

use std::cell::Cell;

use leptos::{ev::KeyboardEvent, prelude::*, web_sys::Element};
use wasm_bindgen::JsCast;

/// The `keyCode` of keys that an input method handles. Safari reports the key that ends a composition after
/// `compositionend`, and only this code tells.
const PROCESSED: u32 = 229;

/// What is known about the keyboard layout from the letters typed so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    Unknown,
    Latin,
    Other,
}

thread_local! {
    static LAYOUT: Cell<Layout> = const { Cell::new(Layout::Unknown) };
}

/// The key as shortcuts name it. Empty if an input method handles the key.
///
/// A letter is lower case unless Shift is held, whatever Caps Lock says. On a layout without Latin letters, the key is that of
/// the same place on a US keyboard; Latin layouts have their own places.
#[must_use]
pub fn key_of(event: &KeyboardEvent) -> String {
    if is_composing(event) {
        return String::new();
    }
    let key = raw_key(event);
    // AltGr types characters, which are no shortcuts.
    if event.get_modifier_state("AltGraph") {
        return key;
    }
    let code = raw_code(event);
    let layout = LAYOUT.get().after(&key);
    LAYOUT.set(layout);
    shortcut_key(&key, &code, layout, event.shift_key(), event.alt_key())
}

/// The character that the key types. `None` for other keys, and if an input method handles the key.
#[must_use]
pub fn character(event: &KeyboardEvent) -> Option<char> {
    let key = raw_key(event);
    let mut characters = key.chars();
    match (characters.next(), characters.next()) {
        (Some(character), None) if !is_composing(event) => Some(character),
        _ => None,
    }
}

/// Whether an input method handles the key.
fn is_composing(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == PROCESSED || raw_key(event) == "Process"
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads it")]
fn raw_key(event: &KeyboardEvent) -> String {
    event.key()
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads it")]
fn raw_code(event: &KeyboardEvent) -> String {
    event.code()
}

impl Layout {
    /// What is known after `key` was pressed.
    fn after(self, key: &str) -> Self {
        let mut characters = key.chars();
        match (characters.next(), characters.next()) {
            (Some(first), None) if first.is_ascii_alphabetic() => Self::Latin,
            (Some(first), _) if is_foreign(first) => Self::Other,
            _ => self,
        }
    }
}

/// Whether `character` is on layouts without Latin letters only.
fn is_foreign(character: char) -> bool {
    let is_latin = matches!(character, '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{2c60}'..='\u{2c7f}');
    // Typographical and currency signs are on all layouts.
    !is_latin && (character.is_alphanumeric() || !matches!(character, '\u{2000}'..='\u{2bff}'))
}

/// The key that shortcuts mean by the event's `key` and `code`.
fn shortcut_key(key: &str, code: &str, layout: Layout, shift: bool, alt: bool) -> String {
    let Some(first) = key.chars().next() else { return String::new() };
    let is_named = key.is_ascii() && key.len() > 1;
    // On a Mac, Option types a character of its own.
    let by_place = is_foreign(first) || alt && !first.is_ascii();
    // Where these layouts have letters or a full stop, a US keyboard has the slash.
    let is_slash = code == "Slash" && (by_place || matches!(key, "." | ",") && layout != Layout::Latin);
    let placed = code.strip_prefix("Key").or_else(|| code.strip_prefix("Digit")).filter(|_| by_place);
    let key = match placed {
        _ if is_named => return key.to_owned(),
        _ if is_slash => return if shift { "?" } else { "/" }.to_owned(),
        Some(placed) => placed,
        None => key,
    };
    if shift { key.to_uppercase() } else { key.to_lowercase() }
}

/// Selects controls that use the keys pressed in them.
const FIELD: &str = "input:not([type='checkbox'], [type='radio']), textarea, select, [contenteditable]";

/// Whether the key is pressed in a field.
#[must_use]
pub fn is_typed_into(event: &KeyboardEvent) -> bool {
    // A dialog that has just closed keeps the focus for some milliseconds, and keys are for the page again.
    is_within(event, FIELD) && !is_within(event, "dialog:not([open])")
}

/// Whether page shortcuts must ignore the key: it is pressed in a field or a dialog, or handled already.
#[must_use]
pub fn is_handled(event: &KeyboardEvent) -> bool {
    event.default_prevented() || is_composing(event) || is_typed_into(event) || is_within(event, "dialog[open]")
}

fn is_within(event: &KeyboardEvent, selector: &str) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.closest(selector).is_ok_and(|found| found.is_some()))
}

/// Renders a key, a chord (`Ctrl+K`) or a sequence (`g h`).
#[component]
pub fn Keys(keys: &'static str) -> impl IntoView {
    let sequence = keys.split(' ').enumerate().map(|(index, chord)| {
        let chord = chord.split('+').map(|key| {
            let is_letter = key.chars().count() == 1;
            let key = if is_letter { key.to_ascii_uppercase() } else { key.to_owned() };
            view! { <kbd>{key}</kbd> }
        });
        view! {
            {(index > 0).then_some(" then")}
            {chord.collect_view()}
        }
    });
    view! { <span class="keys">{sequence.collect_view()}</span> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressed(key: &str, code: &str) -> String {
        shortcut_key(key, code, Layout::Unknown.after(key), false, false)
    }

    #[test]
    fn layouts_without_latin_letters_have_the_keys_of_a_us_keyboard() {
        for (key, code, meant) in [
            ("с", "KeyC", "c"),
            ("л", "KeyK", "k"),
            ("я", "KeyZ", "z"),
            ("ψ", "KeyC", "c"),
            ("ב", "KeyC", "c"),
            ("ؤ", "KeyC", "c"),
            // One key that types two letters.
            ("لا", "KeyB", "b"),
            ("แ", "KeyC", "c"),
            ("ि", "KeyF", "f"),
            ("۱", "Digit1", "1"),
            ("ظ", "Slash", "/"),
            (".", "Slash", "/"),
        ] {
            assert_eq!(pressed(key, code), meant, "{key}");
        }
        assert_eq!(shortcut_key(",", "Slash", Layout::Other, true, false), "?");
    }

    #[test]
    fn latin_layouts_have_their_own_places() {
        for (key, code, meant) in [
            // AZERTY, Dvorak, QWERTZ and Turkish.
            ("a", "KeyQ", "a"),
            ("z", "KeyW", "z"),
            ("é", "Digit2", "é"),
            ("k", "KeyV", "k"),
            ("z", "KeyY", "z"),
            ("ö", "Semicolon", "ö"),
            ("ı", "KeyI", "ı"),
            ("/", "Digit7", "/"),
            ("Enter", "Enter", "Enter"),
            ("F2", "F2", "F2"),
        ] {
            assert_eq!(pressed(key, code), meant, "{key}");
        }
        assert_eq!(shortcut_key(".", "Slash", Layout::Latin, false, false), ".");
        assert_eq!(shortcut_key("€", "KeyE", Layout::Latin, false, false), "€");
    }

    #[test]
    fn only_shift_makes_a_letter_upper_case() {
        for key in ["c", "C", "с", "С"] {
            assert_eq!(shortcut_key(key, "KeyC", Layout::Unknown, false, false), "c", "{key}");
            assert_eq!(shortcut_key(key, "KeyC", Layout::Unknown, true, false), "C", "{key}");
        }
    }

    #[test]
    fn the_option_key_of_a_mac_keeps_the_place() {
        assert_eq!(shortcut_key("ø", "KeyO", Layout::Latin, false, true), "o");
        assert_eq!(shortcut_key("o", "KeyS", Layout::Latin, false, true), "o");
        assert_eq!(shortcut_key("щ", "KeyO", Layout::Other, false, true), "o");
    }
}
