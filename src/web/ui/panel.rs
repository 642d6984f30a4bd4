//! Panels that open in place, on pages that are built anew while they are open.

use leptos::{
    html::Details,
    prelude::*,
    wasm_bindgen::{JsCast, JsValue},
    web_sys::{Element, HtmlElement, js_sys::Reflect},
};

use super::focus::Caret;

/// What one fills in. A hidden field is the page's own.
const CONTROLS: &str = "input:not([type='hidden']), select, textarea";

/// For a `<details>` that has this `id` and no other: if the page is built anew while it is open, the new one is open as well,
/// with what is typed and ticked in it, and with the focus and the caret.
#[must_use]
pub fn keep_panel(id: &str) -> NodeRef<Details> {
    let panel = NodeRef::new();
    if cfg!(feature = "ssr") {
        return panel;
    }
    // While the new one is built, the old one is still there.
    let before = StoredValue::new_local(document().get_element_by_id(id).and_then(|old| Before::of(&old)));
    Effect::new(move || {
        if let (Some(panel), Some(before)) = (panel.get(), before.try_update_value(Option::take).flatten()) {
            before.put_into(&panel);
        }
    });
    panel
}

/// How an open panel was left.
struct Before {
    /// The panels inside it that were open, by `id`.
    open: Vec<String>,
    /// What selects a control, its property and what that was.
    typed: Vec<(String, &'static str, JsValue)>,
    focus: Option<(String, Option<Caret>)>,
}

impl Before {
    fn of(panel: &Element) -> Option<Self> {
        panel.has_attribute("open").then_some(())?;
        let typed = all(panel, CONTROLS).into_iter().filter_map(|control| {
            let property = property(&control);
            Some((selector(&control)?, property, Reflect::get(&control, &property.into()).ok()?))
        });
        let focused = document().active_element().filter(|focused| panel.contains(Some(focused)));
        Some(Self {
            open: all(panel, "details[open]").iter().map(Element::id).collect(),
            typed: typed.collect(),
            focus: focused.and_then(|focused| Some((selector(&focused)?, Caret::of(&focused)))),
        })
    }

    fn put_into(self, panel: &Element) {
        let set_open = |panel: &Element, open: bool| drop(panel.toggle_attribute_with_force("open", open));
        set_open(panel, true);
        for inner in all(panel, "details[id]") {
            set_open(&inner, self.open.contains(&inner.id()));
        }
        let find = |selector: &str| panel.query_selector(selector).ok().flatten();
        for (selector, property, value) in self.typed {
            // What is no longer offered is not chosen.
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

/// What holds what is typed into a control, or whether it is ticked.
fn property(control: &Element) -> &'static str {
    if is_tick(control) { "checked" } else { "value" }
}

fn is_tick(control: &Element) -> bool {
    control.matches("[type='checkbox'], [type='radio']").unwrap_or_default()
}

/// What selects in a panel what `element` is in another.
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
        _ if is_tick(element) => Some(attribute("name")? + &attribute("value")?),
        _ => attribute("name"),
    }
}

fn all(panel: &Element, selector: &str) -> Vec<Element> {
    let Ok(found) = panel.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect()
}
