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
        sorting::sort_by_key,
        ui::{
            icon::{Glyph, Icon, icon},
            keyboard::Keys,
            markup::{Html, render},
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
                            sort_by_key(&mut projects, |project| !project.is_favourite);
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
    let href = format!("/o/{org}/projects/{}/board", project.key);
    let content = render(|html| project_html(html, &project));
    let current = move || {
        page.with(|page| {
            let page = page.as_ref().filter(|page| page.project.as_ref() == Some(&project.key))?;
            Some(if page.is_board { "page" } else { "true" })
        })
    };
    view! { <a href=href class="nav-item" aria-current=current inner_html=content></a> }
}

/// Appends a project's icon, its name and its number of open tasks.
fn project_html(html: &mut Html, project: &ProjectSummary) {
    if project.icon.is_empty() {
        icon(html, if project.is_favourite { Glyph::Star } else { Glyph::Kanban });
    } else {
        html.markup(r#"<span class="emoji" aria-hidden="true">"#).text(&project.icon).markup("</span>");
    }
    html.markup(r#"<span class="clip" dir="auto">"#).text(&project.name);
    html.markup(r#"</span><span class="count" aria-hidden="true">"#).number(project.open_tasks);
    html.markup(r#"</span><span class="visually-hidden">"#).number(project.open_tasks);
    html.markup(if project.open_tasks == 1 { " open task</span>" } else { " open tasks</span>" });
}
