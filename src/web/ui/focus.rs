//! Keeps the focus where it is when what holds it is rendered anew.

use leptos::{
    prelude::*,
    task::{spawn_local, tick},
    wasm_bindgen::JsCast,
    web_sys::{Element, FocusOptions, HtmlElement, HtmlInputElement, HtmlTextAreaElement},
};

/// Makes a change that may render anew what has the focus; where `place` knows the element, the same place has it afterwards
/// too: the first thing on the page that one of the selectors finds which `same` makes of the place and of the outcome.
///
/// It is focused again, with the caret where it was, before the next key arrives: rendering and focusing are microtasks, a key is a task.
pub fn keep<T, P>(
    place: impl FnOnce(&Element) -> Option<P>,
    same: impl FnOnce(P, &T) -> Vec<String>,
    options: &FocusOptions,
    change: impl FnOnce() -> T,
) -> T {
    let before = document().active_element().and_then(|element| Some((place(&element)?, Caret::of(&element))));
    let outcome = change();
    if let Some((before, caret)) = before {
        put_at(same(before, &outcome), options, caret);
    }
    outcome
}

/// The same for whatever has an `id`, which nothing else has.
pub fn keep_by_id<T>(change: impl FnOnce() -> T) -> T {
    let place = |element: &Element| Some(element.id()).filter(|id| !id.is_empty());
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    keep(place, |id, _| vec![format!("[id=\"{id}\"]")], &options, change)
}

/// Puts the focus on the first thing that one of the selectors finds when everything is rendered.
pub fn put(selectors: Vec<String>, options: &FocusOptions) {
    put_at(selectors, options, None);
}

fn put_at(selectors: Vec<String>, options: &FocusOptions, caret: Option<Caret>) {
    let options = options.clone();
    spawn_local(async move {
        tick().await;
        let found = selectors.iter().find_map(|selector| document().query_selector(selector).ok().flatten());
        // Where nothing was rendered it still has the focus; what is gone has nothing to lose.
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

/// What is selected in a field, from and to; where the caret is when that is the same.
#[derive(Clone, Copy, Debug)]
pub struct Caret(u32, u32);

impl Caret {
    /// Where it is in `element`, if that has one.
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

    /// Puts it into `element`. Where there is none, nothing is lost.
    pub fn put(self, element: &Element) {
        let Self(from, to) = self;
        if let Some(line) = element.dyn_ref::<HtmlInputElement>() {
            drop(line.set_selection_range(from, to));
        } else if let Some(lines) = element.dyn_ref::<HtmlTextAreaElement>() {
            drop(lines.set_selection_range(from, to));
        }
    }
}
