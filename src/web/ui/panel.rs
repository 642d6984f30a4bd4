//! Keeps the state of an open `<details>` panel while its page is rendered again.

use leptos::{
    html::Details,
    prelude::*,
    wasm_bindgen::{JsCast, JsValue},
    web_sys::{Element, HtmlElement, js_sys::Reflect},
};

use super::{
    controls::{CONTROLS, all, is_checkable, value_property},
    focus::Caret,
};

/// Returns the node reference for the `<details>` with this `id`.
///
/// If the page is rendered again while the panel is open, the new panel opens with the same values, focus and caret.
#[must_use]
pub fn keep_panel(id: &str) -> NodeRef<Details> {
    let panel = NodeRef::new();
    if cfg!(feature = "ssr") {
        return panel;
    }
    // The old panel is still in the document while the new one is created.
    let snapshot = StoredValue::new_local(document().get_element_by_id(id).and_then(|old| PanelSnapshot::of(&old)));
    Effect::new(move || {
        if let (Some(panel), Some(snapshot)) = (panel.get(), snapshot.try_update_value(Option::take).flatten()) {
            snapshot.restore(&panel);
        }
    });
    panel
}

/// The state of an open panel.
struct PanelSnapshot {
    /// The `id`s of the open panels inside.
    open: Vec<String>,
    /// The selector, the property and the value of each control.
    values: Vec<(String, &'static str, JsValue)>,
    focus: Option<(String, Option<Caret>)>,
}

impl PanelSnapshot {
    fn of(panel: &Element) -> Option<Self> {
        panel.has_attribute("open").then_some(())?;
        let values = all(panel, CONTROLS).into_iter().filter_map(|control| {
            let property = value_property(&control);
            Some((selector(&control)?, property, Reflect::get(&control, &property.into()).ok()?))
        });
        let focused = document().active_element().filter(|focused| panel.contains(Some(focused)));
        Some(Self {
            open: all(panel, "details[open]").iter().map(Element::id).collect(),
            values: values.collect(),
            focus: focused.and_then(|focused| Some((selector(&focused)?, Caret::of(&focused)))),
        })
    }

    fn restore(self, panel: &Element) {
        let set_open = |panel: &Element, open: bool| drop(panel.toggle_attribute_with_force("open", open));
        set_open(panel, true);
        for inner in all(panel, "details[id]") {
            set_open(&inner, self.open.contains(&inner.id()));
        }
        let find = |selector: &str| panel.query_selector(selector).ok().flatten();
        for (selector, property, value) in self.values {
            // A control that no longer exists is skipped.
            if let Some(control) = find(&selector) {
                drop(Reflect::set(&control, &property.into(), &value));
            }
        }
        let focused = self.focus.and_then(|(selector, caret)| Some((find(&selector)?, caret)));
        if let Some((element, caret)) = focused {
            if let Some(element) = element.dyn_ref::<HtmlElement>() {
                drop(element.focus());
            }
            if let Some(caret) = caret {
                caret.put(&element);
            }
        }
    }
}

/// Returns a selector that finds the counterpart of `element` in the new panel.
fn selector(element: &Element) -> Option<String> {
    let attribute = |name: &str| {
        let value = element.get_attribute(name)?.replace('\\', r"\\").replace('"', r#"\""#);
        Some(format!("[{name}=\"{value}\"]"))
    };
    match element.tag_name().as_str() {
        "SUMMARY" => {
            let panel = element.parent_element()?.id();
            Some(format!("[id=\"{panel}\"] > summary"))
        }
        "BUTTON" => Some("button".to_owned()),
        _ if is_checkable(element) => Some(attribute("name")? + &attribute("value")?),
        _ => attribute("name"),
    }
}
