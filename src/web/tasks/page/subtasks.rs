//! The sub-tasks of a task, and the link to its parent.

use leptos::prelude::*;

use super::{add_line::AddLine, refresh::refresher};
use crate::{
    domain::tasks::{TITLE_MAX, TaskDetail, links::TaskLink},
    web::{
        tasks::{
            link_functions::AddSubtask,
            summary::{details::Details, task_line::task_line},
        },
        ui::{
            app_form::{AppForm, when_done},
            form::FormFeedback,
            form_action::FormAction,
            keyed_list::{KeyedRow, keyed_rows},
        },
    },
};

/// The link to the parent of `task`.
#[component]
pub fn PartOf(org: String, task: RwSignal<TaskDetail>) -> impl IntoView {
    move || {
        task.with(|task| task.links.parent.clone()).map(|parent| {
            view! {
                <p class="part-of">
                    <span class="muted">"Subtask of"</span>
                    {linked_task(&org, &parent)}
                </p>
            }
        })
    }
}

/// The sub-tasks of `task`, their progress, and the form that adds one.
#[component]
pub fn Subtasks(
    org: String,
    task: RwSignal<TaskDetail>,
    /// Whether the member may add sub-tasks.
    may_write: bool,
) -> impl IntoView {
    let count = Memo::new(move |_| task.with(|task| (task.links.done(), task.links.subtasks.len())));
    let progress = move || {
        let (done, all) = count.get();
        (all > 0).then(|| {
            view! {
                <span class="done-of">
                    <progress max=all.to_string() value=done.to_string() aria-label="Completed subtasks"></progress>
                    {format!("{done} of {all} done")}
                </span>
            }
        })
    };
    let add = may_write.then(|| view! { <AddForm org=org.clone() task/> });
    let is_shown = move || may_write || count.get().1 > 0;
    let row = move |part: TaskLink| {
        let org = org.clone();
        KeyedRow::new(format!("{part:?}"), move || view! { <li>{linked_task(&org, &part)}</li> })
    };
    let rows = keyed_rows(move || task.with(|task| task.links.subtasks.clone()).into_iter().map(&row).collect());
    view! {
        <section class="task-links" aria-labelledby="subtasks-heading" hidden=move || !is_shown()>
            <header>
                <h2 id="subtasks-heading">"Subtasks"</h2>
                {progress}
            </header>
            <ul class="card task-lines">
                {rows}
            </ul>
            {add}
        </section>
    }
    .into_any()
}

/// A linked task as one line.
pub fn linked_task(org: &str, task: &TaskLink) -> AnyView {
    let TaskLink { key, title, category, assignees } = task;
    let details = Details { people: assignees.iter().map(String::as_str).collect(), ..Details::default() };
    task_line(org, key, (*category, category.name()), title, &details)
}

#[component]
fn AddForm(org: String, task: RwSignal<TaskDetail>) -> impl IntoView {
    let action = FormAction::of::<AddSubtask>();
    let feedback = FormFeedback::of(action);
    let key = task.with_untracked(|task| task.key.to_string());
    when_done(action, refresher(&org, task));
    view! {
        <AppForm action feedback class="inline add-line" adds=true>
            <AddLine
                org
                key
                feedback
                id="subtask"
                name="title"
                label="New subtask"
                placeholder="Add a subtask"
                max_length=TITLE_MAX
                button="Add subtask"
                is_pending=action.pending()
            />
        </AppForm>
    }
    .into_any()
}
