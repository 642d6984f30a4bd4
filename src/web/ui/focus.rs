//! Keeps the keyboard focus when the focused element is rendered again.

use leptos::{
    prelude::*,
    task::{spawn_local, tick},
    wasm_bindgen::JsCast,
    web_sys::{Element, FocusOptions, HtmlElement, HtmlInputElement, HtmlTextAreaElement},
};

/// Runs `change` and restores focus and caret afterwards.
///
/// `identify` identifies the focused element, or returns `None` if its focus is not kept. `selectors` maps the identity and
/// the result of `change` to selectors; the first element that one of them matches gets the focus. This happens before the
/// next key arrives, because rendering and focusing are microtasks and a key is a task.
pub fn keep<T, P>(
    identify: impl FnOnce(&Element) -> Option<P>,
    selectors: impl FnOnce(P, &T) -> Vec<String>,
    options: &FocusOptions,
    change: impl FnOnce() -> T,
) -> T {
    let before = document().active_element().and_then(|element| Some((identify(&element)?, Caret::of(&element))));
    let outcome = change();
    if let Some((before, caret)) = before {
        focus_later(selectors(before, &outcome), options, caret);
    }
    outcome
}

/// Runs `change` and restores focus and caret of an element with an `id`.
pub fn keep_by_id<T>(change: impl FnOnce() -> T) -> T {
    let identify = |element: &Element| Some(element.id()).filter(|id| !id.is_empty());
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    keep(identify, |id, _| vec![format!("[id=\"{id}\"]")], &options, change)
}

/// Focuses the first element that one of the selectors matches, after rendering.
pub fn put(selectors: Vec<String>, options: &FocusOptions) {
    focus_later(selectors, options, None);
}

fn focus_later(selectors: Vec<String>, options: &FocusOptions, caret: Option<Caret>) {
    let options = options.clone();
    spawn_local(async move {
        tick().await;
        let found = selectors.iter().find_map(|selector| document().query_selector(selector).ok().flatten());
        // The element was not rendered again and still has the focus, or both are absent.
        if found == document().active_element() {
            return;
        }
        if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            drop(element.focus_with_options(&options));
            if let Some(caret) = caret {
                caret.put(&element);
            }
        }
    });
}

/// The start and end of the selection in a text field; equal if there is only a caret.
#[derive(Clone, Copy, Debug)]
pub struct Caret(u32, u32);

impl Caret {
    /// Reads the caret of `element`. `None` if it is not a text field.
    #[must_use]
    pub fn of(element: &Element) -> Option<Self> {
        let (from, to) = if let Some(line) = element.dyn_ref::<HtmlInputElement>() {
            (line.selection_start(), line.selection_end())
        } else {
            let lines = element.dyn_ref::<HtmlTextAreaElement>()?;
            (lines.selection_start(), lines.selection_end())
        };
        Some(Self(from.ok()??, to.ok()??))
    }

    /// Sets the caret of `element`. Does nothing if it is not a text field.
    pub fn put(self, element: &Element) {
        let Self(from, to) = self;
        if let Some(line) = element.dyn_ref::<HtmlInputElement>() {
            drop(line.set_selection_range(from, to));
        } else if let Some(lines) = element.dyn_ref::<HtmlTextAreaElement>() {
            drop(lines.set_selection_range(from, to));
        }
    }
}
