//! Keeps the focus where it is when what holds it is rendered anew.

use leptos::{
    prelude::*,
    task::{spawn_local, tick},
    wasm_bindgen::JsCast,
    web_sys::{Element, FocusOptions, HtmlElement},
};

/// Makes a change that may render anew what has the focus; where `place` knows the element, the same place has it afterwards
/// too: the first thing on the page that one of the selectors finds which `same` makes of the place and of the outcome.
///
/// It is focused again before the next key arrives: rendering and focusing are microtasks, a key is a task.
pub fn keep<T, P>(
    place: impl FnOnce(&Element) -> Option<P>,
    same: impl FnOnce(P, &T) -> Vec<String>,
    options: &FocusOptions,
    change: impl FnOnce() -> T,
) -> T {
    let before = document().active_element().and_then(|element| place(&element));
    let outcome = change();
    if let Some(before) = before {
        put(same(before, &outcome), options);
    }
    outcome
}

/// Puts the focus on the first thing that one of the selectors finds when everything is rendered.
pub fn put(selectors: Vec<String>, options: &FocusOptions) {
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
        }
    });
}
