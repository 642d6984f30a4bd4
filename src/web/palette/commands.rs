//! What can be opened and done, whatever was searched.

use super::entry::{Action, Entry, EntryIcon};
use crate::{
    domain::{organizations::Workspace, permissions::Permission, projects::ProjectSummary},
    web::{
        board::NEW_TASK,
        shortcuts::{EDIT_TEXTS, current_page::CurrentPage},
        ui::icon::Icon as Glyph,
    },
};

/// What can be opened and done; `all` of it, or what is shown before anything is typed.
pub fn commands(workspace: &Workspace, here: Option<&CurrentPage>, all: bool) -> Vec<Entry> {
    const PAGE: &str = "On this page";
    let may = |permission| workspace.permissions.allow(permission);
    let home = format!("/o/{}", workspace.organization.slug);
    let mut entries = Vec::new();
    if here.is_some_and(|here| here.task.is_some()) && may(Permission::WriteTasks) {
        let focus = |glyph, label, keys, selector| Entry::new(PAGE, glyph, label, Action::Focus(selector)).keys(keys);
        entries.extend([
            focus(Glyph::Pencil, "Edit title and description", "e", EDIT_TEXTS),
            focus(Glyph::Comment, "Write a comment", "m", "#body"),
            focus(Glyph::ArrowRight, "Change the state", "s", "#state"),
            focus(Glyph::Alert, "Change the priority", "p", "#priority"),
            focus(Glyph::Clock, "Change the due date", "d", "#due_on"),
        ]);
    }
    entries.push(Entry::to("Go to", Glyph::Home, "Home", home.clone()).keys("g h"));
    entries.push(Entry::to("Go to", Glyph::Inbox, "Inbox", format!("{home}/inbox")).keys("g i"));
    entries.push(Entry::to("Go to", Glyph::ListChecks, "My work", format!("{home}/my-work")).keys("g m"));
    let projects = || workspace.projects.iter().filter(|project| all || !project.is_archived);
    let is_near = |project: &ProjectSummary| here.is_some_and(|here| here.project.as_ref() == Some(&project.key));
    for project in projects() {
        let board = format!("{home}/projects/{}/board", project.key);
        let entry = Entry::to("Go to", Glyph::Kanban, &project.name, board).detail(project.key.to_string());
        let entry = entry.keys(if is_near(project) { "g b" } else { "" });
        let sign = if project.icon.is_empty() { entry.sign.clone() } else { EntryIcon::Emoji(project.icon.clone()) };
        entries.push(Entry { sign, ..entry });
    }
    for project in projects().filter(|project| all || is_near(project)) {
        let near = is_near(project);
        let mut page = |glyph, what: &str, path: &str, keys| {
            let href = format!("{home}/projects/{}{path}", project.key);
            let entry = Entry::to("Go to", glyph, format!("{what} of {}", project.name), href);
            entries.push(entry.detail(project.key.to_string()).keys(if near { keys } else { "" }));
        };
        page(Glyph::Info, "Overview", "", "g o");
        page(Glyph::List, "List", "/list", "g l");
        page(Glyph::Archive, "Bin and archive", "/bin", "");
        if may(Permission::WriteProjects) {
            page(Glyph::Settings, "Settings", "/settings", "g s");
        }
    }
    if may(Permission::WriteTasks) {
        let open = projects().filter(|project| !project.is_archived && (all || is_near(project)));
        for project in open {
            let label = format!("Create a task in {}", project.name);
            let board = format!("{home}/projects/{}/board{NEW_TASK}", project.key);
            let is_here = is_near(project) && here.is_some_and(|here| here.is_board);
            let deed = if is_here { Action::NewTask } else { Action::Go { href: board, leaves: false } };
            let keys = if is_near(project) { "c" } else { "" };
            let entry = Entry::new("Create", Glyph::Plus, label, deed).detail(project.key.to_string());
            entries.push(entry.keys(keys));
        }
    }
    if may(Permission::WriteProjects) {
        entries.push(Entry::to("Create", Glyph::Plus, "Create a project", format!("{home}/projects/new")));
    }
    entries.extend(more(workspace, &home, all));
    entries
}

/// What is not about projects.
fn more(workspace: &Workspace, home: &str, all: bool) -> Vec<Entry> {
    const MORE: &str = "Workspace";
    let mut entries = Vec::new();
    if workspace.permissions.allow(Permission::ReadMembers) {
        entries.push(Entry::to(MORE, Glyph::User, "People", format!("{home}/settings/people")));
    }
    entries.push(Entry::to(MORE, Glyph::Settings, "Workspace settings", format!("{home}/settings")));
    let leave = |label: String, href| Entry::new(MORE, Glyph::Building, label, Action::Go { href, leaves: true });
    if all {
        let others = workspace.organizations.choices.iter().filter(|other| other.slug != workspace.organization.slug);
        entries.extend(
            others.map(|other| leave(format!("Switch to {}", other.display_name), format!("/o/{}", other.slug))),
        );
    }
    entries.push(leave("All workspaces".to_owned(), "/".to_owned()).detail("Switch workspace"));
    entries.push(Entry::new(MORE, Glyph::Keyboard, "Keyboard shortcuts", Action::Help).detail("Help").keys("?"));
    entries.push(Entry::new(MORE, Glyph::SignOut, "Sign out", Action::SignOut));
    entries
}
