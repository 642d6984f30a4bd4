//! Lists the entries of the palette for the typed text.

use super::{
    commands::commands,
    context::RecentPage,
    entry::{Action, Entry, EntryIcon, RESULT_GROUPS, SEARCH_GROUP},
};
use crate::{
    domain::{
        fold::fold,
        organizations::OrganizationShell,
        search::{Hit, Subject},
    },
    web::{search::query::search_href, shortcuts::current_page::CurrentPage, sorting::sort_by_key, ui::icon::Glyph},
};

/// The maximum number of search results. The link to the search page leads to the rest.
const RESULTS_MAX: usize = 8;

/// The maximum number of commands listed beside search results.
const COMMANDS_MAX: usize = 8;

/// Lists the entries for the text `typed` on `page`.
///
/// Without text these are the `recent` pages and the commands; with text, the matching commands and the search `hits`.
pub(super) fn entries_for(
    shell: &OrganizationShell,
    page: Option<&CurrentPage>,
    typed: &str,
    recent: &[RecentPage],
    hits: &[Hit],
) -> Vec<Entry> {
    let org = &shell.organization.slug;
    let typed_folded = fold(typed);
    let words = typed_folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<_> = words.map(str::to_owned).collect();
    if typed.trim().is_empty() {
        let is_other_page = |recent: &&RecentPage| !page.is_some_and(|page| is_open(page, &recent.href));
        let recent = recent.iter().filter(is_other_page).map(|RecentPage { href, label, detail }| {
            Entry::link("Recent", Glyph::Clock, label, href.clone()).detail(detail)
        });
        return recent.chain(commands(shell, page, false)).collect();
    }
    // Text without a letter or digit has no words and matches no command.
    let matching = commands(shell, page, true).into_iter().filter(|entry| !words.is_empty() && entry.matches(&words));
    let search_link = Entry::link(
        SEARCH_GROUP,
        Glyph::Search,
        format!("Search for “{}”", typed.trim()),
        search_href(org, typed.trim()),
    );
    let results = hits.iter().filter_map(|hit| result_entry(org, hit)).take(RESULTS_MAX);
    let mut entries: Vec<_> = matching.take(COMMANDS_MAX).chain(results).collect();
    // Groups the results by kind, after the commands.
    sort_by_key(&mut entries, |entry| {
        RESULT_GROUPS.iter().position(|group| *group == entry.group).map_or(0, |at| at + 1)
    });
    entries.push(search_link);
    entries
}

/// Whether `href` is the address of the open task or board.
fn is_open(page: &CurrentPage, href: &str) -> bool {
    match &page.task {
        Some(task) => href == page.org_href(&format!("/tasks/{task}")),
        None => page.is_board && page.project_href("board").is_some_and(|board| board == href),
    }
}

/// Creates the entry of a search result. Projects have none, because commands open them already.
fn result_entry(org: &str, hit: &Hit) -> Option<Entry> {
    let href = hit.subject.href(org);
    let (group, icon) = match &hit.subject {
        Subject::Project { .. } => return None,
        Subject::Task { category, .. } => (RESULT_GROUPS[0], EntryIcon::State(*category)),
        Subject::Comment { .. } => (RESULT_GROUPS[1], EntryIcon::Glyph(Glyph::Comment)),
    };
    let (label, note, detail) = (hit.title.clone(), hit.excerpt.clone(), hit.subject.key());
    Some(Entry { group, icon, label, note, detail, keys: "", action: Action::Go { href, is_external: false } })
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

    fn shell(role: Role) -> OrganizationShell {
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
        OrganizationShell {
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
        let recent = [RecentPage { href: "/o/acme/tasks/WEB-1".into(), label: "Draft".into(), detail: "WEB-1".into() }];
        let page = CurrentPage::from_path(path);
        let entries = entries_for(&shell(role), page.as_ref(), typed, &recent, &[]);
        entries.iter().map(|entry| entry.label.text()).collect()
    }

    #[test]
    fn recent_pages_come_first_without_text() {
        let shown = labels(Role::Member, "/o/acme", "");
        assert_eq!(shown[..6], ["Draft", "Home", "Inbox", "My work", "Website relaunch", "Operations"]);
        assert!(!shown.iter().any(|label| label.starts_with("Create a task")), "{shown:?}");
        assert_ne!(labels(Role::Member, "/o/acme/tasks/WEB-1", "")[0], "Draft", "the open task is not listed");
    }

    #[test]
    fn lists_entries_that_match_every_word() {
        assert_eq!(labels(Role::Member, "/o/acme", "create task web")[0], "Create a task in Website relaunch");
        assert_eq!(labels(Role::Member, "/o/acme", "OPS")[0], "Operations");
        assert_eq!(labels(Role::Member, "/o/acme", "list web"), ["List of Website relaunch", "Search for “list web”"]);
        assert_eq!(labels(Role::Member, "/o/acme", "sign out")[0], "Sign out");
        assert_eq!(labels(Role::Member, "/o/acme", "nothing like it"), ["Search for “nothing like it”"]);
        assert_eq!(labels(Role::Member, "/o/acme", "*("), ["Search for “*(”"]);
    }

    #[test]
    fn hides_commands_without_permission() {
        let shown = labels(Role::Viewer, "/o/acme/tasks/WEB-1", "");
        assert!(!shown.iter().any(|label| label.starts_with("Create") || label.starts_with("Edit")), "{shown:?}");
        assert_eq!(labels(Role::Viewer, "/o/acme", "create"), ["Search for “create”"]);
        let none = OrganizationShell { permissions: Permissions::default(), ..shell(Role::Member) };
        assert!(!entries_for(&none, None, "", &[], &[]).iter().any(|entry| entry.label.text() == "People"));
    }
}
