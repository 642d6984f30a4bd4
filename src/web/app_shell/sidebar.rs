//! The sidebar of a workspace: where one is, where one can go, and who one is.

use leptos::{ev::MouseEvent, prelude::*};
use leptos_router::{components::A, hooks::use_location};

use super::switcher::OrganizationSwitcher;
use crate::{
    domain::{permissions::Permission, projects::ProjectSummary},
    web::{
        account::menu::PersonMenu,
        organization::current::CurrentOrganization,
        palette::Palette,
        shortcuts::current_page::CurrentPage,
        ui::{
            icon::{Icon, Icon as Glyph},
            keyboard::Keys,
            menu::{close_on_link, takes_over},
            page::SIDEBAR,
        },
    },
};

/// Beside the page; on a narrow window a drawer, which is a popover and so opens without WASM.
#[component]
pub fn Sidebar() -> impl IntoView {
    let (current, palette) = (CurrentOrganization::expect(), Palette::expect());
    let home = format!("/o/{}", current.slug());
    let search = format!("{home}/search");
    let find = move |event: MouseEvent| {
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
    let here = Memo::new(move |_| path.with(|path| CurrentPage::at(path)));
    view! {
        <aside id=SIDEBAR class="sidebar" popover="auto" aria-label="Workspace" on:click=|event| close_on_link(&event)>
            <div class="sidebar-head">
                <OrganizationSwitcher/>
            </div>
            <nav aria-label="Pages">
                <A href=search exact=true attr:class="nav-item" attr:aria-keyshortcuts="Control+K" on:click=find>
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
                            // What the reader has marked comes first.
                            projects.sort_by_key(|project| !project.is_favourite);
                            if projects.is_empty() {
                                view! { <p class="nav-note">"No project yet."</p> }.into_any()
                            } else {
                                let slug = &workspace.organization.slug;
                                projects.into_iter().map(|project| project_link(slug, project, here))
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

/// Leads to the inbox, with how much there is to read in it.
#[component]
fn InboxLink() -> impl IntoView {
    let current = CurrentOrganization::expect();
    let unread = move || current.with(|workspace| workspace.unread);
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
                            <span class="unseen">{move || format!("{} unread", unread())}</span>
                        }
                    })
            }}
        </A>
    }
}

/// Leads to a project's board, and marks it on each of the project's pages and tasks.
fn project_link(org: &str, project: ProjectSummary, here: Memo<Option<CurrentPage>>) -> impl IntoView + use<> {
    let ProjectSummary { key, name, icon, is_favourite, open_tasks, .. } = project;
    let mark = if icon.is_empty() {
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
        here.with(|here| {
            let here = here.as_ref().filter(|here| here.project.as_ref() == Some(&project))?;
            Some(if here.is_board { "page" } else { "true" })
        })
    };
    view! {
        <a href=format!("/o/{org}/projects/{key}/board") class="nav-item" aria-current=current>
            {mark}
            <span class="clip">{name}</span>
            <span class="count" aria-hidden="true">
                {open_tasks}
            </span>
            <span class="unseen">{open}</span>
        </a>
    }
}
