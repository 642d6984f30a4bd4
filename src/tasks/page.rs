//! The page of a task.

use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_params_map;

use super::{edit::EditForm, functions::get_task, model::TaskDetail, state::StateForm};
use crate::{
    access::Permission,
    organizations::current::CurrentWorkspace,
    projects::state_mark::StateMark,
    ui::{
        date::Date,
        error_page::ErrorPage,
        page::{Crumb, Page},
    },
};

/// `/o/{org}/tasks/{KEY-12}`.
#[component]
pub fn TaskPage() -> impl IntoView {
    let current = CurrentWorkspace::expect();
    let params = use_params_map();
    let param = move |name: &'static str| params.with(|params| params.get(name).unwrap_or_default());
    let address = Memo::new(move |_| (param("org"), param("task")));
    let task = Resource::new_blocking(move || address.get(), |(org, key)| get_task(org, key));

    view! {
        <Transition>
            {move || Suspend::new(async move {
                match task.await {
                    Ok(task) => {
                        let org = current.with_untracked(|workspace| workspace.organization.clone());
                        let home = format!("/o/{}", org.slug);
                        let board = format!("{home}/projects/{}/board", task.key.project);
                        let (key, project) = (task.key.to_string(), task.project_name.clone());
                        let crumbs = vec![Crumb::new(org.display_name, home), Crumb::new(project, board)];
                        let task = RwSignal::new(task);
                        let title = Signal::derive(move || task.with(|task| format!("{} {}", task.key, task.title)));
                        let may_write = current.may(Permission::WriteTasks);
                        view! {
                            <Page heading=key title crumbs>
                                <TaskView org=org.slug task may_write/>
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

/// A task of the organization `org`.
#[component]
pub fn TaskView(
    org: String,
    task: RwSignal<TaskDetail>,
    /// Whether the reader may change tasks.
    may_write: bool,
) -> impl IntoView {
    let (created_by, created_at) = task.with_untracked(|task| (task.created_by.clone(), task.created_at));
    let mark = move || task.with(TaskDetail::state_category).map(|category| view! { <StateMark category/> });
    let state = if may_write {
        Either::Left(view! { <StateForm org=org.clone() task mark/> })
    } else {
        Either::Right(view! {
            <p class="state">{mark} <span>{task.with_untracked(|task| task.state_name().to_owned())}</span></p>
        })
    };
    let texts = if may_write {
        Either::Left(view! { <EditForm org task/> })
    } else {
        Either::Right(task.with_untracked(|task| view! { <Texts task=task.clone()/> }))
    };

    view! {
        <article class="task-page">
            {texts}
            <aside class="task-facts" aria-label="About this task">
                {state}
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

/// Title and description for those who may only read.
#[component]
fn Texts(task: TaskDetail) -> impl IntoView {
    let description = if task.description.is_empty() {
        Either::Left(view! { <p class="muted">"No description"</p> })
    } else {
        Either::Right(view! { <p class="description">{task.description}</p> })
    };
    view! {
        <div class="task-texts">
            <p class="title">{task.title}</p>
            {description}
        </div>
    }
}
