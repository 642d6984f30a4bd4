//! The page of a project's overview.

use leptos::prelude::*;
use leptos_router::components::A;

use super::functions::get_overview;
use crate::{
    domain::{
        permissions::Permission,
        projects::{
            StateCategory,
            overview::{Overview, Progress, ProjectNote},
        },
        query::Query,
    },
    web::{
        live::refresh::keep_fresh,
        organization::current::CurrentOrganization,
        projects::{page_actions::actions, tabs::project_tabs},
        tasks::summary::parts,
        ui::{
            avatar::Avatar,
            date::Date,
            empty_state::EmptyState,
            markup::{Html, render},
            page::{Crumb, Page},
            page_resource::PageResource,
            params::path_params,
        },
    },
};

/// `/o/{org}/projects/{key}`.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let current = CurrentOrganization::expect();
    let overview = PageResource::new(path_params(["org", "key"]), |[org, key]| get_overview(org, key));
    overview.render_page(move |overview| {
        let org = current.with_untracked(|shell| shell.organization.clone());
        let home = format!("/o/{}", org.slug);
        let crumbs = vec![Crumb::new(org.display_name, home.clone())];
        let project = format!("{home}/projects/{}", overview.key);
        let action = Some(actions(current, &org.slug, &overview.key));
        let title = format!("{} overview", overview.name);
        let heading = overview.name.clone();
        view! {
            <Page heading title crumbs action class="overview-page">
                <div class="project-bar">
                    <nav class="view-tabs" aria-label="Views">
                        {project_tabs(&project, &Query::default(), None)}
                    </nav>
                </div>
                <OverviewView org=org.slug overview/>
            </Page>
        }
    })
}

/// The overview of a project in the organization `org`, kept up to date by live events.
#[component]
fn OverviewView(org: String, overview: Overview) -> impl IntoView {
    let may_describe = CurrentOrganization::expect().may(Permission::WriteProjects);
    let key = overview.key.clone();
    let address = StoredValue::new((org.clone(), key.to_string()));
    let overview = RwSignal::new(overview);
    let fetch = move || {
        let (org, key) = address.get_value();
        get_overview(org, key)
    };
    keep_fresh(overview, |overview| overview.as_of, move |event| event.project == key, fetch);
    let org = StoredValue::new(org);
    let about = Memo::new(move |_| overview.with(|overview| overview.html.clone()));
    let progress = Memo::new(move |_| overview.with(|overview| overview.progress.clone()));
    let people = Memo::new(move |_| overview.with(|overview| (overview.lead.clone(), overview.members.clone())));
    let activity = Memo::new(move |_| overview.with(|overview| overview.activity.clone()));
    view! {
        <div class="overview">
            <div class="overview-main">
                <section class="section" aria-label="Description">
                    {move || view! { <Description html=about.get() address may_describe/> }}
                </section>
                <section class="section" aria-labelledby="activity-heading">
                    <h2 id="activity-heading">"Recent activity"</h2>
                    {move || org.with_value(|org| activity_list(org, activity.get()))}
                </section>
            </div>
            <aside class="card overview-properties" aria-label="About this project">
                {move || view! { <ProgressView progress=progress.get()/> }}
                {move || {
                    let (lead, members) = people.get();
                    view! { <PeopleView lead members/> }
                }}
            </aside>
        </div>
    }
    .into_any()
}

#[component]
fn Description(html: String, address: StoredValue<(String, String)>, may_describe: bool) -> impl IntoView {
    if !html.is_empty() {
        return view! { <div class="prose" inner_html=html></div> }.into_any();
    }
    let settings = address.with_value(|(org, key)| format!("/o/{org}/projects/{key}/settings"));
    let settings_link = may_describe.then(|| {
        view! {
            " "
            <A href=settings>"Add one"</A>
            "."
        }
    });
    view! { <p class="muted">"No description yet." {settings_link}</p> }.into_any()
}

#[component]
fn ProgressView(progress: Progress) -> impl IntoView {
    let (all, done) = (progress.all(), progress.count(StateCategory::Completed));
    let summary = match all {
        0 => "No tasks yet".to_owned(),
        _ => format!("{done} of {all} done"),
    };
    let per_cent = format!("{}%", progress.per_cent());
    let counts = progress.counts.iter().map(|(category, tasks)| {
        view! {
            <div>
                <dt>{category.name()}</dt>
                <dd>{tasks.to_string()}</dd>
            </div>
        }
    });
    let dates = [("Overdue", progress.overdue, "danger"), ("Due this week", progress.due_soon, "")];
    let dates = dates.into_iter().filter(|(_, tasks, _)| *tasks > 0).map(|(name, tasks, class)| {
        view! {
            <div class=class>
                <dt>{name}</dt>
                <dd>{tasks.to_string()}</dd>
            </div>
        }
    });
    view! {
        <h2>"Progress"</h2>
        <p class="overview-done">
            <span>{summary}</span>
            <span class="muted">{(all > 0).then_some(per_cent)}</span>
        </p>
        <progress value=done.to_string() max=all.max(1).to_string() aria-hidden="true"></progress>
        <dl>{counts.collect_view()} {dates.collect_view()}</dl>
    }
    .into_any()
}

#[component]
fn PeopleView(lead: Option<String>, members: Vec<String>) -> impl IntoView {
    let is_empty = lead.is_none() && members.is_empty();
    let lead = lead.map(|name| (name, Some("Lead")));
    let rows = lead.into_iter().chain(members.into_iter().map(|name| (name, None))).map(|(name, role)| {
        view! {
            <li>
                <Avatar name=name.clone()/>
                <span class="clip">{name}</span>
                {role.map(|role| view! { <span class="muted small">{role}</span> })}
            </li>
        }
    });
    (!is_empty)
        .then(|| {
            view! {
                <h2>"People"</h2>
                <ul class="overview-people">{rows.collect_view()}</ul>
            }
        })
        .into_any()
}

/// The recent changes, newest first.
fn activity_list(org: &str, notes: Vec<ProjectNote>) -> AnyView {
    if notes.is_empty() {
        return view! {
            <EmptyState
                title="No activity yet"
                text="Activity in this project appears here."
            />
        }
        .into_any();
    }
    let rows = notes.into_iter().map(|ProjectNote { at, name, text, task, title, .. }| {
        let key = Html::of_text(&task.to_string());
        let task = match title {
            Some(title) => {
                let name = render(|html| parts::name(html, &key, &title, false));
                view! { <a href=format!("/o/{org}/tasks/{task}") class="task-link" inner_html=name></a> }.into_any()
            }
            None => view! { <span inner_html=render(|html| parts::key(html, &key))></span> }.into_any(),
        };
        view! {
            <li>
                <Avatar name=name.clone()/>
                <div>
                    {task} <p class="small muted">
                        <bdi class="name">{name}</bdi>
                        " "
                        {text}
                        " · "
                        <Date at/>
                    </p>
                </div>
            </li>
        }
    });
    view! { <ol class="overview-activity">{rows.collect_view()}</ol> }.into_any()
}
