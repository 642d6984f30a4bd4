//! What the commands offer.

use super::commands::commands;
use crate::{
    domain::{
        organizations::Workspace,
        projects::StateCategory,
        search::{Hit, Marked, Subject},
    },
    web::{search::page, shortcuts::current_page::CurrentPage, ui::icon::Icon as Glyph},
};

/// How many of what was found are offered here; the rest is on a page of its own.
const FOUND: usize = 8;

/// How many commands are offered beside what was found.
const COMMANDS: usize = 8;

/// Something to open or to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What it stands below.
    pub group: &'static str,
    pub sign: EntryIcon,
    pub label: Marked,
    /// Below the label.
    pub note: Option<Marked>,
    /// At the end.
    pub detail: String,
    /// The keys that do the same from the page; empty without any.
    pub keys: &'static str,
    pub deed: Action,
}

/// What stands before an entry.
#[derive(Clone, Debug, PartialEq)]
pub enum EntryIcon {
    Glyph(Glyph),
    State(StateCategory),
    Emoji(String),
}

/// What taking an entry does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    Go {
        href: String,
        /// Whether it is another workspace's page, which the router does not know.
        leaves: bool,
    },
    Help,
    /// Begins a task on the board that is open.
    NewTask,
    /// Puts the focus on what this selects on the page.
    Focus(&'static str),
    SignOut,
}

/// A page that was visited.
#[derive(Clone, Debug, PartialEq)]
pub struct RecentPage {
    pub href: String,
    pub label: String,
    /// The key.
    pub detail: String,
}

const FOUND_GROUPS: [&str; 2] = ["Tasks", "Comments"];
const EVERYWHERE: &str = "Everywhere";

impl Entry {
    pub fn new(group: &'static str, glyph: Glyph, label: impl Into<String>, deed: Action) -> Self {
        let (sign, label) = (EntryIcon::Glyph(glyph), Marked::plain(label));
        Self { group, sign, label, note: None, detail: String::new(), keys: "", deed }
    }

    pub fn to(group: &'static str, glyph: Glyph, label: impl Into<String>, href: String) -> Self {
        Self::new(group, glyph, label, Action::Go { href, leaves: false })
    }

    pub fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    pub fn keys(self, keys: &'static str) -> Self {
        Self { keys, ..self }
    }

    /// What it is, wherever it stands: no two entries have the same.
    pub fn identity(&self) -> (&'static str, Action) {
        (self.group, self.deed.clone())
    }

    /// Whether it is what was typed, not what an answer of the server says of it.
    pub fn is_known(&self) -> bool {
        !FOUND_GROUPS.contains(&self.group) && self.group != EVERYWHERE
    }

    /// Whether each word that was typed begins a word of it.
    fn fits(&self, typed: &[String]) -> bool {
        let text = format!("{} {} {}", self.label.text(), self.detail, self.group).to_lowercase();
        let has = |word: &String| text.split(|c: char| !c.is_alphanumeric()).any(|other| other.starts_with(word));
        typed.iter().all(has)
    }
}

/// What is offered in `workspace` on the page `here` when `typed` is in the field: what was visited, and what can be done;
/// or what fits to it, and the `hits` of the search.
pub fn entries(
    workspace: &Workspace,
    here: Option<&CurrentPage>,
    typed: &str,
    visited: &[RecentPage],
    hits: &[Hit],
) -> Vec<Entry> {
    let org = &workspace.organization.slug;
    let words: Vec<_> =
        typed.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    if typed.trim().is_empty() {
        let is_elsewhere = |page: &&RecentPage| !here.is_some_and(|here| is_at(here, &page.href));
        let recent = visited.iter().filter(is_elsewhere).map(|RecentPage { href, label, detail }| {
            Entry::to("Recent", Glyph::Clock, label, href.clone()).detail(detail)
        });
        return recent.chain(commands(workspace, here, false)).collect();
    }
    // Signs alone fit to everything.
    let fitting = commands(workspace, here, true).into_iter().filter(|entry| !words.is_empty() && entry.fits(&words));
    let everywhere =
        Entry::to(EVERYWHERE, Glyph::Search, format!("Search for “{}”", typed.trim()), page::href(org, typed.trim()));
    let found = hits.iter().filter_map(|hit| found(org, hit)).take(FOUND);
    let mut entries: Vec<_> = fitting.take(COMMANDS).chain(found).collect();
    // What was found of each kind stands together.
    entries.sort_by_key(|entry| FOUND_GROUPS.iter().position(|group| *group == entry.group).map_or(0, |at| at + 1));
    entries.push(everywhere);
    entries
}

fn is_at(here: &CurrentPage, href: &str) -> bool {
    match &here.task {
        Some(task) => href == here.page(&format!("/tasks/{task}")),
        None => here.is_board && here.project_page("board").is_some_and(|board| board == href),
    }
}

/// What the search found. Projects are commands already.
fn found(org: &str, hit: &Hit) -> Option<Entry> {
    let href = hit.subject.href(org);
    let (group, sign) = match &hit.subject {
        Subject::Project { .. } => return None,
        Subject::Task { category, .. } => (FOUND_GROUPS[0], EntryIcon::State(*category)),
        Subject::Comment { .. } => (FOUND_GROUPS[1], EntryIcon::Glyph(Glyph::Comment)),
    };
    let (label, note, detail) = (hit.title.clone(), hit.excerpt.clone(), hit.subject.key());
    Some(Entry { group, sign, label, note, detail, keys: "", deed: Action::Go { href, leaves: false } })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::{
        organizations::{OrganizationList, OrganizationSummary, Person},
        permissions::{Permissions, Role},
        projects::ProjectSummary,
    };

    fn workspace(role: Role) -> Workspace {
        let project = |key: &str, name: &str| ProjectSummary {
            key: key.parse().unwrap(),
            name: name.to_owned(),
            icon: String::new(),
            hue: None,
            is_private: false,
            is_archived: false,
            is_favourite: false,
            open_tasks: 0,
            all_tasks: 0,
        };
        Workspace {
            organization: OrganizationSummary { slug: "acme".to_owned(), display_name: "Acme Corp".to_owned(), role },
            organizations: OrganizationList::default(),
            person: Person { name: "Alice Archer".to_owned(), email: "alice@acme.example".to_owned() },
            person_id: Uuid::from_u128(1),
            others: Vec::new(),
            permissions: role.permissions(),
            projects: vec![project("WEB", "Website relaunch"), project("OPS", "Operations")],
            unread: 0,
            as_of: 0,
        }
    }

    fn labels(role: Role, path: &str, typed: &str) -> Vec<String> {
        let visited =
            [RecentPage { href: "/o/acme/tasks/WEB-1".into(), label: "Draft".into(), detail: "WEB-1".into() }];
        let here = CurrentPage::at(path);
        let entries = entries(&workspace(role), here.as_ref(), typed, &visited, &[]);
        entries.iter().map(|entry| entry.label.text()).collect()
    }

    #[test]
    fn before_anything_is_typed_what_was_visited_comes_first() {
        let shown = labels(Role::Member, "/o/acme", "");
        assert_eq!(shown[..6], ["Draft", "Home", "Inbox", "My work", "Website relaunch", "Operations"]);
        assert!(!shown.iter().any(|label| label.starts_with("Create a task")), "{shown:?}");
        assert_ne!(labels(Role::Member, "/o/acme/tasks/WEB-1", "")[0], "Draft", "one is there already");
    }

    #[test]
    fn what_fits_to_each_word_is_offered() {
        assert_eq!(labels(Role::Member, "/o/acme", "create task web")[0], "Create a task in Website relaunch");
        assert_eq!(labels(Role::Member, "/o/acme", "OPS")[0], "Operations");
        assert_eq!(labels(Role::Member, "/o/acme", "list web"), ["List of Website relaunch", "Search for “list web”"]);
        assert_eq!(labels(Role::Member, "/o/acme", "sign out")[0], "Sign out");
        assert_eq!(labels(Role::Member, "/o/acme", "nothing like it"), ["Search for “nothing like it”"]);
        assert_eq!(labels(Role::Member, "/o/acme", "*("), ["Search for “*(”"]);
    }

    #[test]
    fn nobody_is_offered_what_they_may_not_do() {
        let shown = labels(Role::Viewer, "/o/acme/tasks/WEB-1", "");
        assert!(!shown.iter().any(|label| label.starts_with("Create") || label.starts_with("Edit")), "{shown:?}");
        assert_eq!(labels(Role::Viewer, "/o/acme", "create"), ["Search for “create”"]);
        let none = Workspace { permissions: Permissions::default(), ..workspace(Role::Member) };
        assert!(!entries(&none, None, "", &[], &[]).iter().any(|entry| entry.label.text() == "People"));
    }
}
