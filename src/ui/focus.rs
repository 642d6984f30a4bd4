//! Keeps the focus where it is when what holds it is rendered anew.

use leptos::{
    prelude::*,
    task::{spawn_local, tick},
    wasm_bindgen::JsCast,
    web_sys::{Element, FocusOptions, HtmlElement},
};

/// Where the focus is: what selects the same place afterwards, the best first.
pub type Place = Vec<String>;

/// Makes a change that may render anew what has the focus; where `place` knows the element, the same place has it afterwards
/// too.
///
/// It is focused again before the next key arrives: rendering and focusing are microtasks, a key is a task.
pub fn keep<T>(place: fn(&Element) -> Option<Place>, options: &FocusOptions, change: impl FnOnce() -> T) -> T {
    let focused = move || document().active_element().and_then(|element| place(&element));
    let before = focused();
    let outcome = change();
    if let Some(selectors) = before {
        let options = options.clone();
        spawn_local(async move {
            tick().await;
            // Still there: nothing was rendered.
            if focused().is_some() {
                return;
            }
            let found = selectors.iter().find_map(|selector| document().query_selector(selector).ok().flatten());
            if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
                // What is gone has nothing to lose.
                drop(element.focus_with_options(&options));
            }
        });
    }
    outcome
}
