//! Choosing cards to change them together: by their boxes, with Shift for all between two, or with the key `x`.

use leptos::{
    ev,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlInputElement},
};

use super::{focus::task_number, store::BoardStore};

/// The class of a card's box.
const BOX: &str = "input.pick";

/// Acts on a click on a card's box.
pub fn on_click(controls: BoardStore, event: &ev::MouseEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(picked) = target.filter(|target| target.matches(BOX).unwrap_or_default()) else { return };
    let (Some(number), Ok(picked)) = (task_number(&picked), picked.dyn_into::<HtmlInputElement>()) else { return };
    let (selection, key, chosen) = (controls.selection(), controls.task(number), picked.checked());
    if event.shift_key() {
        selection.set_through(key, chosen, &controls.beside(number));
    } else {
        selection.set(key, chosen);
    }
}

/// Has the boxes on the page show what is chosen.
pub fn show(controls: BoardStore) {
    Effect::new(move || {
        controls.selection().with(|chosen| {
            let Ok(boxes) = document().query_selector_all(&format!(".board {BOX}")) else { return };
            for index in 0..boxes.length() {
                let picked = boxes.item(index).and_then(|picked| picked.dyn_into::<HtmlInputElement>().ok());
                if let Some(picked) = picked
                    && let Some(number) = task_number(&picked)
                {
                    picked.set_checked(chosen.contains(&controls.task(number)));
                }
            }
        });
    });
}
