//! Drafts: unsaved form text, kept in local storage.
//!
//! A draft survives a crash, a lost connection and an ended session. Its key names the person, the organization and the form,
//! so that another user of the browser does not see it, and the tab, so that tabs do not overwrite each other's. The drafts of
//! a closed tab are free for the next one that shows the form: `early.js` finds them. A successful submission and a sign-out
//! delete a draft.

use std::collections::BTreeMap;

use leptos::{
    prelude::*,
    web_sys::{Element, HtmlFormElement, HtmlInputElement, HtmlTextAreaElement, Storage},
};
use wasm_bindgen::JsCast as _;

use super::{controls::all, form_names::PLACE_FIELD};

/// The prefix of the storage keys.
const KEY_PREFIX: &str = "tessera-draft:";

/// Selects the fields of a draft: text fields and the version that the text is based on.
const FIELDS: &str =
    "textarea[name], input[name]:is(:not([type]), [type='email'], [name='version']):not([inputmode='numeric'])";

/// Selects the fields that a person writes in.
const TEXTS: &str = ":not([type='hidden'])";

/// The hidden fields that tell where in the organization a form is.
const PLACE: [&str; 3] = ["project", "key", PLACE_FIELD];

/// In place of a tab: the tab was closed.
const FREE: &str = "free";

/// The person and organization whose drafts are kept, in the context of every page of an organization.
#[derive(Clone, Copy, Debug)]
pub struct DraftOwner(pub StoredValue<String>);

/// The text of a draft by field name.
pub type DraftFields = BTreeMap<String, String>;

/// The draft of one form. Every `AppForm` has one.
#[derive(Clone, Copy)]
pub struct Draft {
    /// `None` outside the app shell, where no draft is kept.
    owner: Option<DraftOwner>,
    /// The key without the tab. `None` until the form is in the document.
    key: StoredValue<Option<String>>,
    is_restored: RwSignal<bool>,
    on_change: StoredValue<Option<Callback<Option<DraftFields>>>>,
}

impl Draft {
    /// Returns the draft of a form, whose action and hidden fields name it.
    #[must_use]
    pub fn of_form() -> Self {
        Self {
            owner: use_context(),
            key: StoredValue::new(None),
            is_restored: RwSignal::new(false),
            on_change: StoredValue::new(None),
        }
    }

    /// Returns the draft of the form that calls `action` for the project or task `key`, before the form is there.
    #[must_use]
    pub fn of_action(action: &str, key: &str) -> Self {
        let draft = Self::of_form();
        draft.set_key(action, &format!(":{key}"));
        draft
    }

    fn set_key(self, action: &str, place: &str) {
        if let Some(DraftOwner(owner)) = self.owner {
            let key = owner.with_value(|owner| format!("{KEY_PREFIX}{owner}:{action}{place}@"));
            self.key.try_set_value(Some(key));
        }
    }

    /// Takes the key from the form, if it has text fields. Returns whether it has.
    pub fn attach(self, form: &HtmlFormElement) -> bool {
        let writes = |field: &Element| field.matches(TEXTS).unwrap_or_default();
        if !all(form, FIELDS).iter().any(writes) {
            return false;
        }
        if self.key.with_value(Option::is_none) {
            let hidden = |name: &str| {
                let field = form.query_selector(&format!("input[type='hidden'][name='{name}']")).ok()??;
                Some(format!(":{}", field.dyn_into::<HtmlInputElement>().ok()?.value()))
            };
            let place: String = PLACE.into_iter().filter_map(hidden).collect();
            self.set_key(&form.get_attribute("action").unwrap_or_default(), &place);
        }
        true
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

    /// Saves the current text of `form` in this tab, or deletes the draft if nothing was changed.
    pub fn save(self, form: &HtmlFormElement) {
        let fields = fields(form);
        if fields.iter().all(Field::is_untouched) {
            return self.delete();
        }
        let draft: DraftFields = fields.iter().map(|field| (field.name(), field.value())).collect();
        if let (Some(key), Some(storage), Ok(json)) = (self.key_of(&tab()), storage(), serde_json::to_string(&draft)) {
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
        if let (Some(key), Some(storage)) = (self.key_of(&tab()), storage()) {
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

    /// Reads the draft of this tab, or takes that of a closed one.
    fn read(self) -> Option<DraftFields> {
        let (storage, key, free) = (storage()?, self.key_of(&tab())?, self.key_of(FREE)?);
        let json = storage.get_item(&key).ok()?.or_else(|| {
            let json = storage.get_item(&free).ok()??;
            storage.set_item(&key, &json).ok()?;
            drop(storage.remove_item(&free));
            Some(json)
        });
        serde_json::from_str(&json?).ok()
    }

    fn key_of(self, tab: &str) -> Option<String> {
        Some(self.key.try_get_value()?? + tab)
    }
}

/// The name of this tab, which `early.js` has found.
fn tab() -> String {
    document().document_element().and_then(|root| root.get_attribute("data-tab")).unwrap_or_default()
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
    all(form, FIELDS).into_iter().filter_map(Field::of).collect()
}
