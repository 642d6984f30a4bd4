//! The controls of a form or a panel, whatever their kind.

use leptos::{
    wasm_bindgen::JsCast as _,
    web_sys::{Element, HtmlDetailsElement, HtmlElement},
};

/// Selects the controls whose values a person chooses. Hidden fields belong to the page.
pub const CONTROLS: &str = "input:not([type='hidden']), select, textarea";

/// Returns the property that holds the control's value.
#[must_use]
pub fn value_property(control: &Element) -> &'static str {
    if is_checkable(control) { "checked" } else { "value" }
}

/// Whether the control is a checkbox or a radio button.
#[must_use]
pub fn is_checkable(control: &Element) -> bool {
    control.matches("[type='checkbox'], [type='radio']").unwrap_or_default()
}

/// Returns the elements in `parent` that match `selector`, in order.
#[must_use]
pub fn all(parent: &Element, selector: &str) -> Vec<Element> {
    let Ok(found) = parent.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect()
}

/// Opens the panels that `element` is in.
pub fn reveal(element: &Element) {
    let closest = |element: &Element, selector: &str| element.closest(selector).ok().flatten();
    let mut inner = Some(element.clone());
    while let Some(details) = inner.and_then(|element| closest(&element, "details")) {
        inner = details.parent_element();
        if let Ok(details) = details.dyn_into::<HtmlDetailsElement>() {
            details.set_open(true);
        }
    }
    if let Some(popover) = closest(element, "[popover]").and_then(|popover| popover.dyn_into::<HtmlElement>().ok()) {
        // Fails only if it is open already.
        drop(popover.show_popover());
    }
}
