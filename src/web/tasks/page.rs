//! The page of a task.

mod comments;
mod edit;
mod merge;
mod more;
mod properties;
mod relations;
mod state;
mod subtasks;
mod texts;
mod watching;

use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_params_map;

use self::{
    comments::Activity,
    more::{More, PutAwayNotice},
    properties::Properties,
    relations::Relations,
    state::StateForm,
    subtasks::{PartOf, Subtasks},
    texts::Texts,
    watching::Watching,
};
use super::functions::get_task;
use crate::{
    domain::{keys::TaskKey, live::LiveEvent, permissions::Permission, tasks::TaskDetail},
    web::{
        live::{
            feed::{Feed, Heard},
            presence::Presence,
            renew::renew,
        },
        organization::current::CurrentOrganization,
        palette::{Palette, RecentPage},
        projects::state_mark::StateMark,
        ui::{
            await_resource::await_resource,
            date::Date,
            error_page::ErrorPage,
            mention::Mentionable,
            page::{Crumb, Page},
        },
    },
};

/// `/o/{org}/tasks/{KEY-12}`.
#[component]
pub fn TaskPage() -> impl IntoView {
    let (current, palette) = (CurrentOrganization::expect(), Palette::expect());
    let params = use_params_map();
    let param = move |name: &'static str| params.with(|params| params.get(name).unwrap_or_default());
    let address = Memo::new(move |_| (param("org"), param("task")));
    let task = Resource::new_blocking(move || address.get(), |(org, key)| get_task(org, key));

    view! {
        <Transition>
            {move || Suspend::new(async move {
                match await_resource(task).await {
                    Ok(task) => {
                        let org = current.with_untracked(|workspace| workspace.organization.clone());
                        let home = format!("/o/{}", org.slug);
                        let board = format!("{home}/projects/{}/board", task.key.project);
                        let (key, project) = (task.key.to_string(), task.project_name.clone());
                        let (href, label) = (format!("{home}/tasks/{key}"), task.facts.title.clone());
                        palette.visit(RecentPage { href, label, detail: key.clone() });
                        let crumbs = vec![Crumb::new(org.display_name, home), Crumb::new(project, board)];
                        let task = RwSignal::new(task);
                        follow(&org.slug, task);
                        let title = Signal::derive(move || task.with(|task| format!("{} {}", task.key, task.facts.title)));
                        let may_write = current.may(Permission::WriteTasks);
                        let more = may_write.then(|| view! { <More org=org.slug.clone() task/> });
                        let action = view! {
                            <div class="actions">
                                <Presence place=key.clone()/>
                                {more}
                            </div>
                        };
                        let action = Some(action.into_any());
                        let in_bin = Memo::new(move |_| task.with(|task| task.facts.is_deleted));
                        let view_org = org.slug.clone();
                        let view = move || {
                            // What is in the bin can be read.
                            let may_write = may_write && !in_bin.get();
                            view! { <TaskView org=view_org.clone() task may_write/> }
                        };
                        view! {
                            <Page heading=key title crumbs action>
                                <PutAwayNotice org=org.slug task/>
                                {view}
                            </Page>
                        }
                        .into_any()
                    }
                    Err(error) => view! { <ErrorPage error/> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// Keeps `task` as it is on the server.
fn follow(org: &str, task: RwSignal<TaskDetail>) {
    let (key, as_of) = task.with_untracked(|task| (task.key.clone(), task.as_of));
    let address = StoredValue::new((org.to_owned(), key.to_string()));
    Feed::expect().listen(as_of, move |heard| {
        let concerns = match heard {
            Heard::Event(event) => concerns(&key, task, event),
            Heard::Reset => true,
        };
        if concerns && let Some((org, key)) = address.try_get_value() {
            refresh(org, key, task);
        }
    });
}

/// Whether what the page of the task called `key` shows may read otherwise after `event`: it is about the task, about one
/// that has to do with it, or about one that may have become a part of it.
fn concerns(key: &TaskKey, task: RwSignal<TaskDetail>, event: &LiveEvent) -> bool {
    let Some(number) = event.task else { return event.project == key.project };
    let about = TaskKey { project: event.project.clone(), number };
    about == *key
        || task.try_with_untracked(|task| task.links.mention(&about)) == Some(true)
        || (event.project == key.project && event.event.moves_to(key.number))
}

/// Loads the task called `key` again.
fn refresh(org: String, key: String, task: RwSignal<TaskDetail>) {
    renew(task, |task| task.as_of, get_task(org, key));
}

/// A task of the organization `org`.
#[component]
pub fn TaskView(
    org: String,
    task: RwSignal<TaskDetail>,
    /// Whether the reader may change tasks.
    may_write: bool,
) -> impl IntoView {
    provide_context(Mentionable(Signal::derive(move || {
        task.with(|task| task.people.iter().map(|person| person.name.clone()).collect())
    })));
    let (created_by, created_at) = task.with_untracked(|task| (task.created_by.clone(), task.created_at));
    let mark = move || task.with(TaskDetail::state_category).map(|category| view! { <StateMark category/> });
    let state = if may_write {
        Either::Left(view! { <StateForm org=org.clone() task mark/> })
    } else {
        Either::Right(view! {
            <p class="state">{mark} <span>{move || task.with(|task| task.state_name().to_owned())}</span></p>
        })
    };
    let part_of = view! { <PartOf org=org.clone() task/> };
    let subtasks = view! { <Subtasks org=org.clone() task may_write/> };
    let relations = view! { <Relations org=org.clone() task may_write/> };
    let watching = view! { <Watching org=org.clone() task/> };
    let properties = may_write.then(|| view! { <Properties org=org.clone() task/> });
    let activity = view! { <Activity org=org.clone() task may_write/> };
    let texts = view! { <Texts org task may_write/> };

    view! {
        <article class="task-page">
            <div class="task-main">{part_of} {texts} {subtasks} {relations} {activity}</div>
            <aside class="task-facts" aria-label="About this task">
                {state}
                {properties}
                {watching}
                <dl>
                    <dt>"Created by"</dt>
                    <dd>{created_by}</dd>
                    <dt>"Created"</dt>
                    <dd>
                        <Date at=created_at/>
                    </dd>
                    <dt>"Changed"</dt>
                    <dd>{move || view! { <Date at=task.with(|task| task.updated_at)/> }}</dd>
                </dl>
            </aside>
        </article>
    }
}
