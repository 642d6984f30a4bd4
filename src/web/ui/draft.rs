//! Drafts: unsaved form text, kept in local storage.
//!
//! A draft survives a crash, a lost connection and an ended session. Its key names the person, the organization and the form,
//! so that another user of the browser does not see it. A successful submission and a sign-out delete it.

use std::collections::BTreeMap;

use leptos::{
    prelude::*,
    web_sys::{Element, HtmlFormElement, HtmlInputElement, HtmlTextAreaElement, Storage},
};
use wasm_bindgen::JsCast as _;

/// The prefix of the storage keys.
const KEY_PREFIX: &str = "tessera-draft:";

/// Selects the fields of a draft: text fields and the version that the text is based on.
const FIELDS: &str = "textarea[name], input[name]:not([type]), input[name='version']";

/// The person and organization whose drafts are kept, in the context of every page of an organization.
#[derive(Clone, Copy, Debug)]
pub struct DraftOwner(pub StoredValue<String>);

/// The text of a draft by field name.
pub type DraftFields = BTreeMap<String, String>;

/// The draft of one form. Pass it to an `AppForm`, which saves and restores it.
#[derive(Clone, Copy)]
pub struct Draft {
    /// `None` outside the app shell, where no draft is kept.
    key: StoredValue<Option<String>>,
    is_restored: RwSignal<bool>,
    on_change: StoredValue<Option<Callback<Option<DraftFields>>>>,
}

impl Draft {
    /// Returns the draft of the form `form`, a name unique within the organization.
    #[must_use]
    pub fn of(form: &str) -> Self {
        let owner = use_context::<DraftOwner>();
        let key = owner.map(|DraftOwner(owner)| owner.with_value(|owner| format!("{KEY_PREFIX}{owner}:{form}")));
        Self { key: StoredValue::new(key), is_restored: RwSignal::new(false), on_change: StoredValue::new(None) }
    }

    /// Calls `on_change` with the fields when the draft is restored, and with `None` when it is discarded.
    #[must_use]
    pub fn on_change(self, on_change: impl Fn(Option<DraftFields>) + Send + Sync + 'static) -> Self {
        self.on_change.set_value(Some(Callback::new(on_change)));
        self
    }

    /// Whether a draft is stored. In the browser only.
    #[must_use]
    pub fn exists(self) -> bool {
        self.read().is_some()
    }

    /// Saves the current text of `form`, or deletes the draft if nothing was changed.
    pub fn save(self, form: &HtmlFormElement) {
        let fields = fields(form);
        if fields.iter().all(Field::is_untouched) {
            return self.delete();
        }
        let draft: DraftFields = fields.iter().map(|field| (field.name(), field.value())).collect();
        if let (Some(Some(key)), Some(storage), Ok(json)) =
            (self.key.try_get_value(), storage(), serde_json::to_string(&draft))
        {
            // Without storage, or if it is full, no draft is kept.
            drop(storage.set_item(&key, &json));
        }
    }

    /// Restores the draft into `form`, unless the person has typed into the form already.
    pub fn restore(self, form: &HtmlFormElement) {
        let fields = fields(form);
        if !fields.iter().all(Field::is_untouched) {
            return self.save(form);
        }
        let Some(draft) = self.read() else { return };
        let is_unchanged = |field: &Field| draft.get(&field.name()).is_none_or(|text| *text == field.value());
        if fields.iter().all(is_unchanged) {
            return self.delete();
        }
        for field in fields {
            if let Some(text) = draft.get(&field.name()) {
                field.set(text);
            }
        }
        self.is_restored.set(true);
        self.notify(Some(draft));
    }

    /// Deletes the draft.
    pub fn delete(self) {
        if let (Some(Some(key)), Some(storage)) = (self.key.try_get_value(), storage()) {
            drop(storage.remove_item(&key));
        }
        self.is_restored.try_set(false);
    }

    /// Deletes the draft and resets `form`.
    pub fn discard(self, form: &HtmlFormElement) {
        self.delete();
        form.reset();
        self.notify(None);
    }

    /// Whether the form shows a restored draft.
    #[must_use]
    pub fn is_restored(self) -> Signal<bool> {
        self.is_restored.into()
    }

    fn notify(self, draft: Option<DraftFields>) {
        if let Some(Some(on_change)) = self.on_change.try_get_value() {
            on_change.run(draft);
        }
    }

    fn read(self) -> Option<DraftFields> {
        let json = storage()?.get_item(&self.key.try_get_value()??).ok()??;
        serde_json::from_str(&json).ok()
    }
}

/// Deletes all drafts in this browser.
pub fn delete_all() {
    let Some(storage) = storage() else { return };
    let keys = (0..storage.length().unwrap_or(0)).filter_map(|index| storage.key(index).ok().flatten());
    let keys: Vec<_> = keys.filter(|key| key.starts_with(KEY_PREFIX)).collect();
    for key in keys {
        drop(storage.remove_item(&key));
    }
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// A text field of a form.
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

    /// Whether the field has its initial text. Hidden fields always count as unchanged.
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
