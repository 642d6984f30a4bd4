//! The palette's commands and pages, independent of any search.

use super::entry::{Action, Entry, EntryIcon};
use crate::{
    domain::{organizations::OrganizationShell, permissions::Permission, projects::ProjectSummary},
    web::{
        new_task::NEW_TASK,
        shortcuts::{EDIT_TEXTS, current_page::CurrentPage},
        ui::icon::Glyph,
    },
};

/// Lists the commands available on `page`: `all` of them, or the short list shown before the person types.
pub fn commands(shell: &OrganizationShell, page: Option<&CurrentPage>, all: bool) -> Vec<Entry> {
    const PAGE: &str = "On this page";
    let may = |permission| shell.permissions.allow(permission);
    let home = format!("/o/{}", shell.organization.slug);
    let mut entries = Vec::new();
    if page.is_some_and(|page| page.task.is_some()) && may(Permission::WriteTasks) {
        let focus = |glyph, label, keys, selector| Entry::new(PAGE, glyph, label, Action::Focus(selector)).keys(keys);
        entries.extend([
            focus(Glyph::Pencil, "Edit title and description", "e", EDIT_TEXTS),
            focus(Glyph::Comment, "Write a comment", "m", "#body"),
            focus(Glyph::ArrowRight, "Change the state", "s", "#state"),
            focus(Glyph::Alert, "Change the priority", "p", "#priority"),
            focus(Glyph::Clock, "Change the due date", "d", "#due_on"),
        ]);
    }
    entries.push(Entry::link("Go to", Glyph::Home, "Home", home.clone()).keys("g h"));
    entries.push(Entry::link("Go to", Glyph::Inbox, "Inbox", format!("{home}/inbox")).keys("g i"));
    entries.push(Entry::link("Go to", Glyph::ListChecks, "My work", format!("{home}/my-work")).keys("g m"));
    let projects = || shell.projects.iter().filter(|project| all || !project.is_archived);
    let is_current = |project: &ProjectSummary| page.is_some_and(|page| page.project.as_ref() == Some(&project.key));
    for project in projects() {
        let board = format!("{home}/projects/{}/board", project.key);
        let entry = Entry::link("Go to", Glyph::Kanban, &project.name, board).detail(project.key.to_string());
        let entry = entry.keys(if is_current(project) { "g b" } else { "" });
        let icon = if project.icon.is_empty() { entry.icon.clone() } else { EntryIcon::Emoji(project.icon.clone()) };
        entries.push(Entry { icon, ..entry });
    }
    for project in projects().filter(|project| all || is_current(project)) {
        let has_shortcut = is_current(project);
        let mut add = |glyph, what: &str, path: &str, keys| {
            let href = format!("{home}/projects/{}{path}", project.key);
            let entry = Entry::link("Go to", glyph, format!("{what} of {}", project.name), href);
            entries.push(entry.detail(project.key.to_string()).keys(if has_shortcut { keys } else { "" }));
        };
        add(Glyph::Info, "Overview", "", "g o");
        add(Glyph::List, "List", "/list", "g l");
        add(Glyph::Archive, "Archive and bin", "/bin", "");
        if may(Permission::WriteProjects) {
            add(Glyph::Settings, "Settings", "/settings", "g s");
        }
    }
    if may(Permission::WriteTasks) {
        let open = projects().filter(|project| !project.is_archived && (all || is_current(project)));
        for project in open {
            let label = format!("Create a task in {}", project.name);
            let board = format!("{home}/projects/{}/board{NEW_TASK}", project.key);
            let is_on_board = is_current(project) && page.is_some_and(|page| page.is_board);
            let action = if is_on_board { Action::NewTask } else { Action::Go { href: board, is_external: false } };
            let keys = if is_current(project) { "c" } else { "" };
            let entry = Entry::new("Create", Glyph::Plus, label, action).detail(project.key.to_string());
            entries.push(entry.keys(keys));
        }
    }
    if may(Permission::WriteProjects) {
        entries.push(Entry::link("Create", Glyph::Plus, "Create a project", format!("{home}/projects/new")));
    }
    entries.extend(workspace_commands(shell, &home, all));
    entries
}

/// Lists the commands that belong to no project.
fn workspace_commands(shell: &OrganizationShell, home: &str, all: bool) -> Vec<Entry> {
    const WORKSPACE: &str = "Workspace";
    let mut entries = Vec::new();
    if shell.permissions.allow(Permission::ReadMembers) {
        entries.push(Entry::link(WORKSPACE, Glyph::User, "People", format!("{home}/settings/people")));
    }
    entries.push(Entry::link(WORKSPACE, Glyph::Settings, "Workspace settings", format!("{home}/settings")));
    let external =
        |label: String, href| Entry::new(WORKSPACE, Glyph::Building, label, Action::Go { href, is_external: true });
    if all {
        let others = shell.organizations.choices.iter().filter(|other| other.slug != shell.organization.slug);
        entries.extend(
            others.map(|other| external(format!("Switch to {}", other.display_name), format!("/o/{}", other.slug))),
        );
    }
    entries.push(external("All workspaces".to_owned(), "/".to_owned()).detail("Switch workspace"));
    entries.push(Entry::new(WORKSPACE, Glyph::Keyboard, "Keyboard shortcuts", Action::Help).detail("Help").keys("?"));
    entries.push(Entry::new(WORKSPACE, Glyph::SignOut, "Sign out", Action::SignOut));
    entries
}
