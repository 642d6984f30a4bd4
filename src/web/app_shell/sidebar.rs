//! The sidebar: organization switcher, navigation, projects and account menu.

use leptos::{ev::MouseEvent, prelude::*};
use leptos_router::{components::A, hooks::use_location};

use super::switcher::OrganizationSwitcher;
use crate::{
    domain::{permissions::Permission, projects::ProjectSummary},
    web::{
        account::menu::PersonMenu,
        organization::current::CurrentOrganization,
        palette::context::Palette,
        shortcuts::current_page::CurrentPage,
        ui::{
            icon::{Glyph, Icon},
            keyboard::Keys,
            menu::{close_on_link, takes_over},
            page::SIDEBAR,
        },
    },
};

/// The sidebar. In a narrow window it is a drawer: a popover, which opens without WASM.
#[component]
pub(super) fn Sidebar() -> impl IntoView {
    let (current, palette) = (CurrentOrganization::expect(), Palette::expect());
    let home = format!("/o/{}", current.slug());
    let search = format!("{home}/search");
    let open_palette = move |event: MouseEvent| {
        if takes_over(&event) {
            palette.open("");
        }
    };
    let my_work = format!("{home}/my-work");
    let new_project = format!("{home}/projects/new");
    let add = current.may(Permission::WriteProjects).then(|| {
        view! {
            <A href=new_project attr:class="button quiet square" attr:aria-label="New project">
                <Icon icon=Glyph::Plus/>
            </A>
        }
    });
    let (person, others) = current.with_untracked(|workspace| (workspace.person.clone(), workspace.others.clone()));
    let org = current.slug();
    let path = use_location().pathname;
    let page = Memo::new(move |_| path.with(|path| CurrentPage::from_path(path)));
    view! {
        <aside id=SIDEBAR class="sidebar" popover="auto" aria-label="Workspace" on:click=|event| close_on_link(&event)>
            <div class="sidebar-head">
                <OrganizationSwitcher/>
            </div>
            <nav aria-label="Pages">
                <A href=search exact=true attr:class="nav-item" attr:aria-keyshortcuts="Control+K" on:click=open_palette>
                    <Icon icon=Glyph::Search/>
                    "Search"
                    <span class="hint" aria-hidden="true">
                        <Keys keys="Ctrl+K"/>
                    </span>
                </A>
                <A href=home exact=true attr:class="nav-item">
                    <Icon icon=Glyph::Home/>
                    "Home"
                </A>
                <InboxLink/>
                <A href=my_work attr:class="nav-item">
                    <Icon icon=Glyph::ListChecks/>
                    "My work"
                </A>
                <div class="sidebar-section">
                    <h2>"Projects"</h2>
                    {add}
                </div>
                {move || {
                    current
                        .with(|workspace| {
                            let mut projects: Vec<_> =
                                workspace.projects.iter().filter(|project| !project.is_archived).cloned().collect();
                            // Favourites first.
                            projects.sort_by_key(|project| !project.is_favourite);
                            if projects.is_empty() {
                                view! { <p class="nav-note">"No projects yet."</p> }.into_any()
                            } else {
                                let slug = &workspace.organization.slug;
                                projects.into_iter().map(|project| project_link(slug, project, page))
                                    .collect_view()
                                    .into_any()
                            }
                        })
                }}
            </nav>
            <div class="sidebar-foot">
                <PersonMenu person others org/>
            </div>
        </aside>
    }
    .into_any()
}

/// A link to the inbox with the number of unread entries.
#[component]
fn InboxLink() -> impl IntoView {
    let current = CurrentOrganization::expect();
    let unread = move || current.with(|shell| shell.unread);
    view! {
        <A href=format!("/o/{}/inbox", current.slug()) attr:class="nav-item">
            <Icon icon=Glyph::Inbox/>
            "Inbox"
            {move || {
                (unread() > 0)
                    .then(|| {
                        view! {
                            <span class="count unread" aria-hidden="true">
                                {unread}
                            </span>
                            <span class="visually-hidden">{move || format!("{} unread", unread())}</span>
                        }
                    })
            }}
        </A>
    }
}

/// Renders a link to the project's board, marked as current on all pages and tasks of the project.
fn project_link(org: &str, project: ProjectSummary, page: Memo<Option<CurrentPage>>) -> impl IntoView + use<> {
    let ProjectSummary { key, name, icon, is_favourite, open_tasks, .. } = project;
    let icon = if icon.is_empty() {
        let glyph = if is_favourite { Glyph::Star } else { Glyph::Kanban };
        view! { <Icon icon=glyph/> }.into_any()
    } else {
        view! { <span class="emoji" aria-hidden="true">{icon}</span> }.into_any()
    };
    let open = match open_tasks {
        1 => "1 open task".to_owned(),
        open => format!("{open} open tasks"),
    };
    let project = key.clone();
    let current = move || {
        page.with(|page| {
            let page = page.as_ref().filter(|page| page.project.as_ref() == Some(&project))?;
            Some(if page.is_board { "page" } else { "true" })
        })
    };
    view! {
        <a href=format!("/o/{org}/projects/{key}/board") class="nav-item" aria-current=current>
            {icon}
            <span class="clip">{name}</span>
            <span class="count" aria-hidden="true">
                {open_tasks}
            </span>
            <span class="visually-hidden">{open}</span>
        </a>
    }
}
