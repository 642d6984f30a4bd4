//! The keys that select tasks: `x` selects the focused task, and Escape clears the selection.

use leptos::ev;

use super::{TaskView, focus};
use crate::web::ui::keyboard::{is_handled, key_of};

/// Whether the key is pressed with a modifier; such keys belong to the browser.
#[must_use]
pub fn has_modifier(event: &ev::KeyboardEvent) -> bool {
    event.ctrl_key() || event.alt_key() || event.meta_key()
}

/// Handles a key that selects tasks.
pub fn on_key(view: &dyn TaskView, event: &ev::KeyboardEvent) {
    let store = view.store();
    let selection = store.selection();
    let number = focus::target(event).and_then(|element| focus::task_number(&element));
    match (key_of(event).as_str(), number) {
        ("x", Some(number)) if store.may_write() => {
            view.keep_focus(&mut || selection.toggle(store.task_key(number)));
        }
        ("Escape", _) if !is_handled(event) && selection.with_untracked(|keys| !keys.is_empty()) => {
            view.keep_focus(&mut || selection.clear());
        }
        _ => return,
    }
    event.prevent_default();
}
