//! The page of a task.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::{date::Date, edit::EditForm, functions::get_task, model::TaskDetail, state::StateForm};
use crate::projects::state_mark::StateMark;

/// `/o/{org}/tasks/{KEY-12}`.
#[component]
pub fn TaskPage() -> impl IntoView {
    let params = use_params_map();
    let param = move |name: &'static str| params.with(|params| params.get(name).unwrap_or_default());
    let address = Memo::new(move |_| (param("org"), param("task")));
    let task = Resource::new_blocking(move || address.get(), |(org, key)| get_task(org, key));

    view! {
        <Transition>
            {move || Suspend::new(async move {
                match task.await {
                    Ok(task) => {
                        let org = address.with_untracked(|(org, _)| org.clone());
                        view! { <TaskView org task may_write=true /> }.into_any()
                    }
                    Err(error) => error.to_string().into_any(),
                }
            })}
        </Transition>
    }
}

/// A task of the organization `org`.
#[component]
pub fn TaskView(
    org: String,
    task: TaskDetail,
    /// Whether the reader may change tasks.
    may_write: bool,
) -> impl IntoView {
    let (created_by, created_at) = (task.created_by.clone(), task.created_at);
    let task = RwSignal::new(task);
    let title = move || task.with(|task| format!("{} {}", task.key, task.title));
    let state = move || task.with(|task| (task.state_category(), task.state_name().to_owned()));
    let texts = if may_write {
        Either::Left(view! { <EditForm org=org.clone() task /> })
    } else {
        Either::Right(task.with_untracked(|task| view! { <Texts task=task.clone() /> }))
    };

    view! {
        <Title text=title />
        <article class="task-page">
            {texts}
            <aside class="task-facts" aria-label="About this task">
                <p class="task-state">
                    {move || state().0.map(|category| view! { <StateMark category /> })} <span>{move || state().1}</span>
                </p>
                {may_write.then(|| view! { <StateForm org task /> })}
                <dl>
                    <dt>"Created by"</dt>
                    <dd>{created_by}</dd>
                    <dt>"Created"</dt>
                    <dd>
                        <Date at=created_at />
                    </dd>
                    <dt>"Changed"</dt>
                    <dd>{move || view! { <Date at=task.with(|task| task.updated_at) /> }}</dd>
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
