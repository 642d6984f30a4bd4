//! Opens and closes the command palette, and remembers recently visited pages.

use leptos::{prelude::*, wasm_bindgen::JsCast, web_sys::HtmlDialogElement};

/// The `id` of the palette's dialog.
pub(super) const DIALOG_ID: &str = "palette";

/// The maximum number of pages listed as recent.
const RECENT_MAX: usize = 6;

/// A page the person opened, listed in the palette under “Recent”.
#[derive(Clone, Debug, PartialEq)]
pub struct RecentPage {
    pub href: String,
    pub label: String,
    /// The key of the project or task.
    pub detail: String,
}

/// The state of the command palette, in the context of every page of an organization.
#[derive(Clone, Copy)]
pub struct Palette {
    pub(super) is_open: RwSignal<bool>,
    /// The text in the field when the palette opens.
    pub(super) initial_text: StoredValue<String>,
    /// The recently visited pages, latest first. Kept in memory only, so the next user of this browser does not see them.
    pub(super) recent: RwSignal<Vec<RecentPage>>,
}

impl Palette {
    /// Provides the palette as context.
    pub fn provide() -> Self {
        let palette = Self {
            is_open: RwSignal::new(false),
            initial_text: StoredValue::new(String::new()),
            recent: RwSignal::new(Vec::new()),
        };
        provide_context(palette);
        palette
    }

    /// Returns the palette from the context.
    ///
    /// # Panics
    ///
    /// If called outside the app shell.
    #[must_use]
    pub fn expect() -> Self {
        use_context().expect("the app shell provides the palette")
    }

    /// Opens the palette with `text` in its field.
    pub fn open(self, text: &str) {
        self.initial_text.set_value(text.to_owned());
        self.is_open.set(true);
    }

    /// Opens the palette, or closes it if it is open.
    pub fn toggle(self) {
        if self.is_open.get_untracked() { close() } else { self.open("") }
    }

    /// Adds `page` to the recent pages.
    pub fn visit(self, page: RecentPage) {
        self.recent.update(|recent| {
            recent.retain(|other| other.href != page.href);
            recent.insert(0, page);
            recent.truncate(RECENT_MAX);
        });
    }
}

/// Closes the dialog. Its `close` event then updates [`Palette::is_open`].
pub(super) fn close() {
    let dialog = document().get_element_by_id(DIALOG_ID).and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok());
    if let Some(dialog) = dialog {
        dialog.close();
    }
}
