//! The form at the foot of a column that adds a task to it.

use leptos::{context::Provider, either::Either, form::ActionForm, html::Input, prelude::*};

use super::controls::Controls;
use crate::{
    tasks::{functions::CreateTask, model::TITLE_MAX},
    ui::form::{FormFeedback, FormRetry},
};

/// Adds a task at the end of the column with the index `column`, whose state has the slug `state`.
#[component]
pub fn AddTask(
    controls: Controls,
    org: String,
    project: String,
    column: usize,
    state: String,
    /// Whether the form is to be seen from the start.
    #[prop(default = false)]
    open: bool,
) -> impl IntoView {
    // The columns share one server function: what was typed belongs into the form that it was typed into.
    let retry = use_context::<Option<FormRetry>>().flatten();
    let elsewhere = retry.is_some_and(|retry| retry.fields.get("state") != Some(&state));
    let form = move || view! { <Form controls org project column state open /> };
    if elsewhere {
        let nothing: Option<FormRetry> = None;
        Either::Left(view! { <Provider value=nothing>{form()}</Provider> })
    } else {
        Either::Right(form())
    }
}

#[component]
fn Form(controls: Controls, org: String, project: String, column: usize, state: String, open: bool) -> impl IntoView {
    let action = ServerAction::<CreateTask>::new();
    let feedback = FormFeedback::of(action);
    let (wrong, error) = (feedback.field("title"), feedback.error());
    let title = NodeRef::<Input>::new();
    let (title_id, error_id) = (format!("new-title-{state}"), format!("new-title-{state}-error"));
    let is_wrong = move || wrong.with(Option::is_some) || error.with(Option::is_some);

    Effect::new(move || {
        if let Some(Ok(task)) = action.value().get() {
            controls.add(column, task);
            if let Some(title) = title.get_untracked() {
                title.set_value("");
                let _ = title.focus();
            }
        }
    });

    view! {
        <details class="add-task" open=open || feedback.is_retry()>
            <summary class="nav-item">
                <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
                    <path d="M8 3.5v9M3.5 8h9" />
                </svg>
                "Add task"
            </summary>
            <ActionForm action>
                <input type="hidden" name="org" value=org />
                <input type="hidden" name="project" value=project />
                <input type="hidden" name="state" value=state />
                <label class="visually-hidden" for=title_id.clone()>"Title"</label>
                <input
                    class="input"
                    type="text"
                    id=title_id
                    name="title"
                    placeholder="What is to be done?"
                    autocomplete="off"
                    required
                    maxlength=TITLE_MAX
                    value=feedback.typed("title", "")
                    aria-invalid=move || is_wrong().then_some("true")
                    aria-describedby=error_id.clone()
                    node_ref=title
                />
                <p class="error" id=error_id role="alert">
                    {move || wrong.get().or_else(|| error.get().map(|error| error.to_string()))}
                </p>
                <button class="button primary" type="submit" disabled=move || action.pending().get()>
                    "Create task"
                </button>
            </ActionForm>
        </details>
    }
}
