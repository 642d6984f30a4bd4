//! The entries of the palette.

use crate::{
    domain::{fold::fold, projects::StateCategory, search::Marked},
    web::ui::icon::Glyph,
};

/// A row of the palette: a page to open or a command to run.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The heading of the group.
    pub group: &'static str,
    pub icon: EntryIcon,
    pub label: Marked,
    /// A second line, below the label.
    pub note: Option<Marked>,
    /// Muted text at the end of the row, such as a key.
    pub detail: String,
    /// The keyboard shortcut for the same action; empty if it has none.
    pub keys: &'static str,
    pub action: Action,
}

/// The icon of an entry.
#[derive(Clone, Debug, PartialEq)]
pub enum EntryIcon {
    Glyph(Glyph),
    State(StateCategory),
    Emoji(String),
}

/// The action of an entry.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    Go {
        href: String,
        /// Whether the browser must load the page, because it belongs to another organization.
        is_external: bool,
    },
    Help,
    /// Opens the new task form on the open board.
    NewTask,
    /// Focuses the first element that matches the selector.
    Focus(&'static str),
    SignOut,
}

/// The groups of search results, in order.
pub(super) const RESULT_GROUPS: [&str; 2] = ["Tasks", "Comments"];

/// The group of the link to the search page.
pub(super) const SEARCH_GROUP: &str = "Everywhere";

impl Entry {
    pub fn new(group: &'static str, glyph: Glyph, label: impl Into<String>, action: Action) -> Self {
        let (icon, label) = (EntryIcon::Glyph(glyph), Marked::plain(label));
        Self { group, icon, label, note: None, detail: String::new(), keys: "", action }
    }

    /// Creates an entry that opens a page of this organization.
    pub fn link(group: &'static str, glyph: Glyph, label: impl Into<String>, href: String) -> Self {
        Self::new(group, glyph, label, Action::Go { href, is_external: false })
    }

    pub fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    pub fn keys(self, keys: &'static str) -> Self {
        Self { keys, ..self }
    }

    /// Identifies the entry across changes of the list; unique within the list.
    pub fn identity(&self) -> (&'static str, Action) {
        (self.group, self.action.clone())
    }

    /// Whether the entry is a command or a page, not a search result or the link to the search.
    pub fn is_command(&self) -> bool {
        !RESULT_GROUPS.contains(&self.group) && self.group != SEARCH_GROUP
    }

    /// Whether every typed word is a prefix of a word of the entry.
    pub fn matches(&self, typed: &[String]) -> bool {
        let text = fold(&format!("{} {} {}", self.label.text(), self.detail, self.group));
        let has = |word: &String| text.split(|c: char| !c.is_alphanumeric()).any(|other| other.starts_with(word));
        typed.iter().all(has)
    }
}
