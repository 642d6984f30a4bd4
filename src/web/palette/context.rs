//! Opens and closes the command palette, and remembers recently visited pages.

use leptos::{ev::KeyboardEvent, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlDialogElement};

use crate::web::ui::keyboard::{character, key_of};

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

    /// Opens the palette, or closes it if it is open. If its code could not be loaded before, it is asked for again.
    pub fn toggle(self) {
        if dialog().is_some() {
            close();
        } else if !self.is_loading() {
            self.open("");
        }
    }

    /// Keeps a key for the palette while its code is being loaded. Returns `false` at other times.
    pub fn keep(self, event: &KeyboardEvent) -> bool {
        if !self.is_loading() {
            return false;
        }
        match key_of(event).as_str() {
            "Escape" => self.is_open.set(false),
            "Backspace" => self.initial_text.update_value(|text| _ = text.pop()),
            _ => {
                if let Some(character) = character(event) {
                    self.initial_text.update_value(|text| text.push(character));
                }
            }
        }
        true
    }

    /// Whether the palette was asked for and is not there yet.
    fn is_loading(self) -> bool {
        self.is_open.get_untracked() && dialog().is_none()
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
    if let Some(dialog) = dialog() {
        dialog.close();
    }
}

fn dialog() -> Option<HtmlDialogElement> {
    document().get_element_by_id(DIALOG_ID)?.dyn_into().ok()
}
