//! Keyboard shortcuts. [`ALL`] is what there is: pressing a key looks it up there, and the help sheet is made of it.

pub mod current_page;
pub mod help;
pub mod keys;
pub mod page;

use self::current_page::CurrentPage;

/// What can be pressed.
#[derive(Clone, Copy, Debug)]
pub struct Shortcut {
    /// As `KeyboardEvent.key` names them; after each other with a space between.
    pub keys: &'static str,
    /// What it does.
    pub label: &'static str,
    pub group: Group,
    pub act: Act,
}

/// Where a shortcut works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Anywhere,
    Go,
    Board,
    List,
    Task,
}

impl Group {
    /// In the order of the help sheet.
    pub const ALL: [Self; 5] = [Self::Anywhere, Self::Go, Self::Board, Self::List, Self::Task];

    /// As people read it.
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

/// What a shortcut does.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    /// Opens the commands.
    Commands,
    /// Goes to the search, or to its field.
    Search,
    /// Shows the help sheet.
    Help,
    /// Begins a task, on the board that is nearest.
    NewTask,
    /// Opens a page, where there is such a page from here.
    Go(fn(&CurrentPage) -> Option<String>),
    /// Puts the focus on the first element that this selects, or follows it.
    Focus(&'static str),
    /// Done by what has the focus, or by a listener of its own: only shown.
    Shown,
}

/// Where title and description are changed: the form, or what leads to it.
pub const EDIT_TEXTS: &str = "#description, #edit-texts";

/// All of them, in the order of the help sheet.
pub const ALL: &[Shortcut] = &[
    anywhere("Ctrl+K", "Commands; on a Mac ⌘ K", Act::Commands),
    anywhere("/", "Search", Act::Search),
    anywhere("c", "Create a task", Act::NewTask),
    anywhere("?", "Keyboard shortcuts", Act::Help),
    anywhere("Ctrl+Z", "Undo what was done last; on a Mac ⌘ Z", Act::Shown),
    anywhere("Alt+O", "Switch workspace", Act::Shown),
    anywhere("Esc", "Close what is open", Act::Shown),
    go("g h", "Home", |here| Some(here.page(""))),
    go("g i", "Inbox", |here| Some(here.page("/inbox"))),
    go("g m", "My work", |here| Some(here.page("/my-work"))),
    go("g o", "Overview of the project", |here| here.project_page("")),
    go("g b", "Board of the project", |here| here.project_page("board")),
    go("g l", "List of the project", |here| here.project_page("list")),
    go("g s", "Settings of the project", |here| here.project_page("settings")),
    board("Tab", "To the next card"),
    board("Enter", "Open the card"),
    board("Space", "Lift the card, and drop it"),
    board("Arrows", "Move the lifted card"),
    board("Esc", "Return the lifted card"),
    board("x", "Select the card"),
    list("j", "To the next task"),
    list("k", "To the task before"),
    list("Enter", "Open the task"),
    list("x", "Select the task"),
    task("e", "Edit title and description", EDIT_TEXTS),
    task("m", "Write a comment", "#body"),
    task("s", "Change the state", "#state"),
    task("p", "Change the priority", "#priority"),
    task("d", "Change the due date", "#due_on"),
];

const fn anywhere(keys: &'static str, label: &'static str, act: Act) -> Shortcut {
    Shortcut { keys, label, group: Group::Anywhere, act }
}

const fn go(keys: &'static str, label: &'static str, page: fn(&CurrentPage) -> Option<String>) -> Shortcut {
    Shortcut { keys, label, group: Group::Go, act: Act::Go(page) }
}

const fn board(keys: &'static str, label: &'static str) -> Shortcut {
    Shortcut { keys, label, group: Group::Board, act: Act::Shown }
}

const fn list(keys: &'static str, label: &'static str) -> Shortcut {
    Shortcut { keys, label, group: Group::List, act: Act::Shown }
}

const fn task(keys: &'static str, label: &'static str, selector: &'static str) -> Shortcut {
    Shortcut { keys, label, group: Group::Task, act: Act::Focus(selector) }
}

/// What the strokes so far mean.
#[derive(Clone, Copy, Debug)]
pub enum Meaning {
    Whole(&'static Shortcut),
    /// More has to follow.
    Beginning,
    Nothing,
}

/// What `strokes` mean on the page `here`, one after the other with a space between.
#[must_use]
pub fn meaning(strokes: &str, here: &CurrentPage) -> Meaning {
    let is_heard = |shortcut: &&Shortcut| {
        let is_here = shortcut.group != Group::Task || here.task.is_some();
        is_here && !matches!(shortcut.act, Act::Shown | Act::Commands)
    };
    if let Some(shortcut) = ALL.iter().filter(is_heard).find(|shortcut| shortcut.keys == strokes) {
        return Meaning::Whole(shortcut);
    }
    let goes_on = |shortcut: &Shortcut| shortcut.keys.strip_prefix(strokes).is_some_and(|rest| rest.starts_with(' '));
    if ALL.iter().filter(is_heard).any(goes_on) { Meaning::Beginning } else { Meaning::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str) -> CurrentPage {
        CurrentPage::at(path).unwrap()
    }

    fn pressed(strokes: &str, path: &str) -> Option<&'static str> {
        match meaning(strokes, &at(path)) {
            Meaning::Whole(shortcut) => Some(shortcut.label),
            Meaning::Beginning => Some("…"),
            Meaning::Nothing => None,
        }
    }

    #[test]
    fn each_means_one_thing_and_none_begins_another() {
        let heard = || ALL.iter().filter(|shortcut| !matches!(shortcut.act, Act::Shown));
        for shortcut in heard() {
            let same = heard()
                .filter(|other| other.keys == shortcut.keys || other.keys.starts_with(&format!("{} ", shortcut.keys)));
            assert_eq!(same.count(), 1, "{}", shortcut.keys);
        }
    }

    #[test]
    fn strokes_are_looked_up_where_they_are_made() {
        let task = "/o/acme/tasks/WEB-12";
        assert_eq!(pressed("g", task), Some("…"));
        assert_eq!(pressed("g h", task), Some("Home"));
        assert_eq!(pressed("g x", task), None);
        assert_eq!(pressed("e", task), Some("Edit title and description"));
        assert_eq!(pressed("e", "/o/acme"), None);
        assert_eq!(pressed("Enter", task), None);
    }

    #[test]
    fn a_page_is_the_one_of_the_project_in_sight() {
        let page = |keys: &str, path: &str| {
            let shortcut = ALL.iter().find(|shortcut| shortcut.keys == keys).unwrap();
            let Act::Go(page) = shortcut.act else { panic!("{keys} leads nowhere") };
            page(&at(path))
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
