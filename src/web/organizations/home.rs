//! The home page of an organization: its projects.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::{
    domain::{permissions::Permission, projects::ProjectSummary},
    web::{
        organization::current::CurrentOrganization,
        ui::{
            empty_state::EmptyState,
            icon::{Glyph, Icon},
            page::Page,
        },
    },
};

/// `/o/{org}`: the projects as cards, or a hint if there are none.
#[component]
pub fn OrganizationHome() -> impl IntoView {
    let current = CurrentOrganization::expect();
    let name = current.with_untracked(|shell| shell.organization.display_name.clone());
    // Without projects, the hint contains the same button.
    let has_projects = move || current.with(|workspace| !workspace.projects.is_empty());
    let action = current
        .may(Permission::WriteProjects)
        .then(|| (move || has_projects().then(|| view! { <NewProject/> })).into_any());
    view! {
        <Page heading="Home" title=name action=action>
            {move || {
                current
                    .with(|workspace| {
                        if workspace.projects.is_empty() {
                            return view! { <NoProject/> }.into_any();
                        }
                        let slug = &workspace.organization.slug;
                        let (archived, open): (Vec<_>, Vec<_>) =
                            workspace.projects.iter().cloned().partition(|project| project.is_archived);
                        let cards = open.into_iter().map(|project| project_card(slug, project)).collect_view();
                        let archived = (!archived.is_empty())
                            .then(|| {
                                let cards = archived.into_iter().map(|project| project_card(slug, project)).collect_view();
                                view! {
                                    <details class="archived">
                                        <summary>"Archived projects"</summary>
                                        <ul class="projects">{cards}</ul>
                                    </details>
                                }
                            });
                        view! {
                            <ul class="projects">{cards}</ul>
                            {archived}
                        }
                            .into_any()
                    })
            }}
        </Page>
    }
    .into_any()
}

#[component]
fn NewProject() -> impl IntoView {
    let href = format!("/o/{}/projects/new", CurrentOrganization::expect().slug());
    view! {
        <A href=href attr:class="button primary">
            <Icon icon=Glyph::Plus/>
            "New project"
        </A>
    }
}

#[component]
fn NoProject() -> impl IntoView {
    if CurrentOrganization::expect().may(Permission::WriteProjects) {
        view! {
            <EmptyState
                title="Create your first project"
                text="A project is a board of tasks. Its short key, such as WEB, identifies each task: WEB-1, WEB-2."
            >
                <NewProject/>
            </EmptyState>
        }
        .into_any()
    } else {
        view! {
            <EmptyState
                title="No projects yet"
                text="Projects appear here once someone in the workspace creates one."
            />
        }
        .into_any()
    }
}

fn project_card(org: &str, project: ProjectSummary) -> impl IntoView + use<> {
    let ProjectSummary { key, name, open_tasks, all_tasks, .. } = project;
    let done = all_tasks - open_tasks;
    let (state, bar) = match all_tasks {
        0 => ("No tasks yet".to_owned(), None),
        all => (format!("{done} of {all} done"), Some((done, all))),
    };
    view! {
        <li>
            <A href=format!("/o/{org}/projects/{key}/board") attr:class="project card">
                <div>
                    <p class="key mono">{key.to_string()}</p>
                    <h2 dir="auto">{name}</h2>
                </div>
                <div class="state">
                    <span>{state}</span>
                    {bar
                        .map(|(done, all)| {
                            view! { <progress value=done.to_string() max=all.to_string() aria-hidden="true"></progress> }
                        })}
                </div>
            </A>
        </li>
    }
}
