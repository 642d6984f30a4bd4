//! What is typed into a form and not saved yet, kept in the browser: it is back after a crash, a lost connection and a
//! session that ended.
//!
//! It is kept for one person, organization and form, so nobody else who uses the browser is shown it, and forgotten when
//! the form was carried out and when the person signs out.

use std::collections::BTreeMap;

use leptos::{
    prelude::*,
    web_sys::{Element, HtmlFormElement, HtmlInputElement, HtmlTextAreaElement, Storage},
};
use wasm_bindgen::JsCast as _;

/// What every key begins with.
const PREFIX: &str = "tessera-draft:";

/// The fields that are kept: what one types, and which version it was made from.
const FIELDS: &str = "textarea[name], input[name]:not([type]), input[name='version']";

/// In the context of whatever is inside the frame: whose drafts are kept, and in which organization.
#[derive(Clone, Copy, Debug)]
pub struct DraftsOf(pub StoredValue<String>);

/// What was typed, by field name.
pub type Kept = BTreeMap<String, String>;

/// What is typed into one form. Given to an `AppForm`, which does the rest.
#[derive(Clone, Copy)]
pub struct Draft {
    /// None outside of the frame, where nothing is kept.
    key: StoredValue<Option<String>>,
    is_restored: RwSignal<bool>,
    changed: StoredValue<Option<Callback<Option<Kept>>>>,
}

impl Draft {
    /// The draft of the form that `place` names among all of the organization.
    #[must_use]
    pub fn of(place: &str) -> Self {
        let owner = use_context::<DraftsOf>();
        let key = owner.map(|DraftsOf(owner)| owner.with_value(|owner| format!("{PREFIX}{owner}:{place}")));
        Self { key: StoredValue::new(key), is_restored: RwSignal::new(false), changed: StoredValue::new(None) }
    }

    /// Calls `changed` with what was restored, and with nothing when that was discarded.
    #[must_use]
    pub fn on_change(self, changed: impl Fn(Option<Kept>) + Send + Sync + 'static) -> Self {
        self.changed.set_value(Some(Callback::new(changed)));
        self
    }

    /// Whether something is kept. In the browser.
    #[must_use]
    pub fn exists(self) -> bool {
        self.read().is_some()
    }

    /// Keeps what is typed into `form` at this moment.
    pub fn keep(self, form: &HtmlFormElement) {
        let fields = fields(form);
        if fields.iter().all(Field::is_untouched) {
            return self.forget();
        }
        let kept: Kept = fields.iter().map(|field| (field.name(), field.value())).collect();
        if let (Some(Some(key)), Some(storage), Ok(json)) =
            (self.key.try_get_value(), storage(), serde_json::to_string(&kept))
        {
            // A browser that keeps nothing, or has no room, loses what it would lose without this.
            drop(storage.set_item(&key, &json));
        }
    }

    /// Puts what is kept back into `form`, unless something has been typed into it already.
    pub fn restore(self, form: &HtmlFormElement) {
        let fields = fields(form);
        if !fields.iter().all(Field::is_untouched) {
            return self.keep(form);
        }
        let Some(kept) = self.read() else { return };
        let is_known = |field: &Field| kept.get(&field.name()).is_none_or(|text| *text == field.value());
        if fields.iter().all(is_known) {
            return self.forget();
        }
        for field in fields {
            if let Some(text) = kept.get(&field.name()) {
                field.set(text);
            }
        }
        self.is_restored.set(true);
        self.tell(Some(kept));
    }

    /// Forgets what is kept.
    pub fn forget(self) {
        if let (Some(Some(key)), Some(storage)) = (self.key.try_get_value(), storage()) {
            drop(storage.remove_item(&key));
        }
        self.is_restored.try_set(false);
    }

    /// Forgets what is kept, and has `form` as it was.
    pub fn discard(self, form: &HtmlFormElement) {
        self.forget();
        form.reset();
        self.tell(None);
    }

    /// Whether what is in the form comes from before.
    #[must_use]
    pub fn is_restored(self) -> Signal<bool> {
        self.is_restored.into()
    }

    fn tell(self, kept: Option<Kept>) {
        if let Some(Some(changed)) = self.changed.try_get_value() {
            changed.run(kept);
        }
    }

    fn read(self) -> Option<Kept> {
        let json = storage()?.get_item(&self.key.try_get_value()??).ok()??;
        serde_json::from_str(&json).ok()
    }
}

/// Forgets everything that is kept in this browser.
pub fn forget_all() {
    let Some(storage) = storage() else { return };
    let keys = (0..storage.length().unwrap_or(0)).filter_map(|index| storage.key(index).ok().flatten());
    let keys: Vec<_> = keys.filter(|key| key.starts_with(PREFIX)).collect();
    for key in keys {
        drop(storage.remove_item(&key));
    }
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// A control of a form.
enum Field {
    Line(HtmlInputElement),
    Lines(HtmlTextAreaElement),
}

impl Field {
    fn of(element: Element) -> Option<Self> {
        match element.dyn_into::<HtmlInputElement>() {
            Ok(line) => Some(Self::Line(line)),
            Err(element) => element.dyn_into().ok().map(Self::Lines),
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Line(field) => field.name(),
            Self::Lines(field) => field.name(),
        }
    }

    fn value(&self) -> String {
        match self {
            Self::Line(field) => field.value(),
            Self::Lines(field) => field.value(),
        }
    }

    fn set(&self, text: &str) {
        match self {
            Self::Line(field) => field.set_value(text),
            Self::Lines(field) => field.set_value(text),
        }
    }

    /// Whether nothing was typed into it. A hidden field is never typed into.
    fn is_untouched(&self) -> bool {
        match self {
            Self::Line(field) => field.type_() == "hidden" || field.value() == field.default_value(),
            Self::Lines(field) => field.default_value().is_ok_and(|text| text == field.value()),
        }
    }
}

fn fields(form: &HtmlFormElement) -> Vec<Field> {
    let Ok(found) = form.query_selector_all(FIELDS) else { return Vec::new() };
    (0..found.length()).filter_map(|index| Field::of(found.item(index)?.dyn_into().ok()?)).collect()
}
