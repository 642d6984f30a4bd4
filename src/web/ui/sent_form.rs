//! A form that is being sent. The answer concerns what was sent: what has been typed meanwhile stays in the form, and in its
//! draft.

use std::cell::Cell;

use leptos::{
    prelude::*,
    wasm_bindgen::{JsCast as _, JsValue},
    web_sys::{Element, HtmlFormElement, HtmlInputElement, js_sys::Reflect},
};

use super::{
    controls::{CONTROLS, all, is_checkable, value_property},
    draft::Draft,
    form_names::TOKEN_FIELD,
};

thread_local! {
    /// Numbers the forms that this page has sent or rendered.
    static NEXT: Cell<u32> = const { Cell::new(0) };
}

/// The part of every [`TOKEN_FIELD`] that the server makes with the page.
#[derive(Clone, Debug, Default)]
pub struct PageToken(pub String);

impl PageToken {
    /// The token of a form that is being rendered. All forms of the server's page share one: what they send is different.
    #[must_use]
    pub fn of_form() -> String {
        let Self(page) = use_context().unwrap_or_default();
        if cfg!(feature = "ssr") || Owner::current_shared_context().is_some_and(|context| context.during_hydration()) {
            return page;
        }
        next(&page)
    }
}

/// Another token of the page with `token`.
fn next(token: &str) -> String {
    let number = NEXT.get() + 1;
    NEXT.set(number);
    format!("{}.{number}", token.split('.').next().unwrap_or_default())
}

/// What a form held when it was sent.
pub struct SentForm {
    form: HtmlFormElement,
    /// Whether the form adds an item, and is emptied for the next one.
    adds: bool,
    draft: Draft,
    values: Vec<(Element, JsValue)>,
}

impl SentForm {
    /// Reads the controls of `form`. In the browser only.
    #[must_use]
    pub fn of(form: HtmlFormElement, adds: bool, draft: Draft) -> Self {
        let values = all(&form, CONTROLS).into_iter().map(|control| (control.clone(), value_of(&control))).collect();
        Self { form, adds, draft, values }
    }

    /// Resets what was sent, and forgets it as a draft. The form gets a new token for what it sends next.
    pub fn settle(&self) {
        let typed: Vec<_> = self.values.iter().filter_map(|(control, sent)| self.typed_since(control, sent)).collect();
        if self.adds {
            self.form.reset();
        } else {
            for (control, sent) in &self.values {
                let property = if is_checkable(control) { "defaultChecked" } else { "defaultValue" };
                // The options of a list have defaults of their own, which follow the page's data.
                if control.tag_name() != "SELECT" {
                    drop(Reflect::set(control, &property.into(), sent));
                }
            }
        }
        for (control, value) in typed {
            drop(Reflect::set(control, &value_property(control).into(), &value));
        }
        let token = self.form.query_selector(&format!("[name='{TOKEN_FIELD}']")).ok().flatten();
        if let Some(token) = token.and_then(|token| token.dyn_into::<HtmlInputElement>().ok()) {
            token.set_value(&next(&token.value()));
        }
        self.draft.save(&self.form);
    }

    /// The value that the control has got since. A form that adds has no more use for the text that was sent before it.
    fn typed_since<'a>(&self, control: &'a Element, sent: &JsValue) -> Option<(&'a Element, JsValue)> {
        let value = value_of(control);
        if value == *sent {
            return None;
        }
        let rest = match (value.as_string(), sent.as_string()) {
            (Some(value), Some(sent)) if self.adds => value.strip_prefix(&sent).map(JsValue::from_str),
            _ => None,
        };
        Some((control, rest.unwrap_or(value)))
    }
}

fn value_of(control: &Element) -> JsValue {
    Reflect::get(control, &value_property(control).into()).unwrap_or_default()
}
