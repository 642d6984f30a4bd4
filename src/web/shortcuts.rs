//! Keyboard shortcuts. [`ALL`] lists them for both the key handler and the help sheet.

pub mod current_page;
pub mod help;
pub mod keys;
pub mod page;

use self::current_page::CurrentPage;

/// A keyboard shortcut.
#[derive(Clone, Copy, Debug)]
pub struct Shortcut {
    /// The keys as `KeyboardEvent.key` names them. A space separates the keys of a sequence.
    pub keys: &'static str,
    /// The text on the help sheet.
    pub label: &'static str,
    pub group: Group,
    pub effect: ShortcutEffect,
}

/// The pages on which a shortcut works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Anywhere,
    Go,
    Board,
    List,
    Task,
}

impl Group {
    /// All groups, in the order of the help sheet.
    pub const ALL: [Self; 5] = [Self::Anywhere, Self::Go, Self::Board, Self::List, Self::Task];

    /// Returns the heading on the help sheet.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Anywhere => "Anywhere",
            Self::Go => "Go to",
            Self::Board => "On a board",
            Self::List => "On a list",
            Self::Task => "On a task",
        }
    }
}

/// The effect of a shortcut.
#[derive(Clone, Copy, Debug)]
pub enum ShortcutEffect {
    /// Opens the command palette.
    Palette,
    /// Focuses the search field, or opens the search page.
    Search,
    /// Opens the help sheet.
    Help,
    /// Opens the new task form on the current project's board.
    NewTask,
    /// Opens the page whose address the function returns for the current page.
    Go(fn(&CurrentPage) -> Option<String>),
    /// Focuses the first element that matches the selector, or follows it if it is a link.
    Focus(&'static str),
    /// Handled elsewhere; listed on the help sheet only.
    Documented,
}

/// Selects the form that edits a task's title and description, or the link to this form.
pub const EDIT_TEXTS: &str = "#description, #edit-texts";

/// All shortcuts, in the order of the help sheet.
pub const ALL: &[Shortcut] = &[
    anywhere("Ctrl+K", "Commands (⌘K on a Mac)", ShortcutEffect::Palette),
    anywhere("/", "Search", ShortcutEffect::Search),
    anywhere("c", "Create a task", ShortcutEffect::NewTask),
    anywhere("?", "Keyboard shortcuts", ShortcutEffect::Help),
    anywhere("Ctrl+Z", "Undo (⌘Z on a Mac)", ShortcutEffect::Documented),
    anywhere("Ctrl+Shift+Z", "Redo (⇧⌘Z on a Mac)", ShortcutEffect::Documented),
    anywhere("Alt+O", "Switch workspace", ShortcutEffect::Documented),
    anywhere("Esc", "Close", ShortcutEffect::Documented),
    go("g h", "Home", |page| Some(page.org_href(""))),
    go("g i", "Inbox", |page| Some(page.org_href("/inbox"))),
    go("g m", "My work", |page| Some(page.org_href("/my-work"))),
    go("g o", "Project overview", |page| page.project_href("")),
    go("g b", "Project board", |page| page.project_href("board")),
    go("g l", "Project list", |page| page.project_href("list")),
    go("g s", "Project settings", |page| page.project_href("settings")),
    board("Tab", "Next card"),
    board("Enter", "Open card"),
    board("Space", "Pick up / drop card"),
    board("Arrows", "Move card"),
    board("Esc", "Cancel move"),
    board("x", "Select card"),
    list("j", "Next task"),
    list("k", "Previous task"),
    list("Enter", "Open task"),
    list("e", "Edit title"),
    list("x", "Select task"),
    task("e", "Edit title and description", EDIT_TEXTS),
    task("m", "Write a comment", "#body"),
    task("s", "Change the state", "#state"),
    task("p", "Change the priority", "#priority"),
    task("d", "Change the due date", "#due_on"),
];

const fn anywhere(keys: &'static str, label: &'static str, effect: ShortcutEffect) -> Shortcut {
    Shortcut { keys, label, group: Group::Anywhere, effect }
}

const fn go(keys: &'static str, label: &'static str, page: fn(&CurrentPage) -> Option<String>) -> Shortcut {
    Shortcut { keys, label, group: Group::Go, effect: ShortcutEffect::Go(page) }
}

const fn board(keys: &'static str, label: &'static str) -> Shortcut {
    Shortcut { keys, label, group: Group::Board, effect: ShortcutEffect::Documented }
}

const fn list(keys: &'static str, label: &'static str) -> Shortcut {
    Shortcut { keys, label, group: Group::List, effect: ShortcutEffect::Documented }
}

const fn task(keys: &'static str, label: &'static str, selector: &'static str) -> Shortcut {
    Shortcut { keys, label, group: Group::Task, effect: ShortcutEffect::Focus(selector) }
}

/// The result of looking up the pressed keys.
#[derive(Clone, Copy, Debug)]
pub enum KeyMatch {
    Shortcut(&'static Shortcut),
    /// The keys begin a sequence.
    Prefix,
    None,
}

/// Looks up `keys`, separated by spaces, among the shortcuts of `page`.
#[must_use]
pub fn match_keys(keys: &str, page: &CurrentPage) -> KeyMatch {
    let is_active = |shortcut: &&Shortcut| {
        let is_on_page = shortcut.group != Group::Task || page.task.is_some();
        is_on_page && !matches!(shortcut.effect, ShortcutEffect::Documented | ShortcutEffect::Palette)
    };
    if let Some(shortcut) = ALL.iter().filter(is_active).find(|shortcut| shortcut.keys == keys) {
        return KeyMatch::Shortcut(shortcut);
    }
    let continues = |shortcut: &Shortcut| shortcut.keys.strip_prefix(keys).is_some_and(|rest| rest.starts_with(' '));
    if ALL.iter().filter(is_active).any(continues) { KeyMatch::Prefix } else { KeyMatch::None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page_at(path: &str) -> CurrentPage {
        CurrentPage::from_path(path).unwrap()
    }

    fn pressed(keys: &str, path: &str) -> Option<&'static str> {
        match match_keys(keys, &page_at(path)) {
            KeyMatch::Shortcut(shortcut) => Some(shortcut.label),
            KeyMatch::Prefix => Some("…"),
            KeyMatch::None => None,
        }
    }

    #[test]
    fn keys_are_unique_and_never_a_prefix_of_others() {
        let active = || ALL.iter().filter(|shortcut| !matches!(shortcut.effect, ShortcutEffect::Documented));
        for shortcut in active() {
            let same = active()
                .filter(|other| other.keys == shortcut.keys || other.keys.starts_with(&format!("{} ", shortcut.keys)));
            assert_eq!(same.count(), 1, "{}", shortcut.keys);
        }
    }

    #[test]
    fn looks_up_keys_by_page() {
        let task = "/o/acme/tasks/WEB-12";
        assert_eq!(pressed("g", task), Some("…"));
        assert_eq!(pressed("g h", task), Some("Home"));
        assert_eq!(pressed("g x", task), None);
        assert_eq!(pressed("e", task), Some("Edit title and description"));
        assert_eq!(pressed("e", "/o/acme"), None);
        assert_eq!(pressed("Enter", task), None);
    }

    #[test]
    fn project_shortcuts_open_the_current_project() {
        let page = |keys: &str, path: &str| {
            let shortcut = ALL.iter().find(|shortcut| shortcut.keys == keys).unwrap();
            let ShortcutEffect::Go(page) = shortcut.effect else { panic!("{keys} opens no page") };
            page(&page_at(path))
        };
        assert_eq!(page("g h", "/o/acme/settings").as_deref(), Some("/o/acme"));
        assert_eq!(page("g b", "/o/acme/tasks/WEB-12").as_deref(), Some("/o/acme/projects/WEB/board"));
        assert_eq!(page("g s", "/o/acme/projects/web/board").as_deref(), Some("/o/acme/projects/WEB/settings"));
        assert_eq!(page("g l", "/o/acme/projects/WEB").as_deref(), Some("/o/acme/projects/WEB/list"));
        assert_eq!(page("g o", "/o/acme/tasks/WEB-12").as_deref(), Some("/o/acme/projects/WEB"));
        assert_eq!(page("g b", "/o/acme/projects/new"), None);
        assert_eq!(page("g b", "/o/acme"), None);
    }
}
