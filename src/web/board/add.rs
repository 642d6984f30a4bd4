//! The form at the foot of a column that creates a task in it.

use leptos::{context::Provider, either::Either, html::Input, prelude::*};

use super::commands::BoardCommands;
use crate::{
    domain::tasks::TITLE_MAX,
    web::{
        tasks::functions::CreateTask,
        ui::{
            app_form::{AppForm, SubmitButton},
            draft::Draft,
            form::{FormFeedback, FormRetry},
            form_action::FormAction,
            icon::{Glyph, Icon},
            panel::keep_panel,
        },
    },
};

/// Creates a task at the end of the column with the index `column`, whose state has the slug `state`.
#[component]
pub fn AddTask(
    commands: BoardCommands,
    org: String,
    project: String,
    column: usize,
    state: String,
    /// Whether the form is open initially.
    #[prop(default = false)]
    open: bool,
) -> impl IntoView {
    // The columns share one server function: a rejected submission goes back to the form it came from.
    let retry = use_context::<Option<FormRetry>>().flatten();
    let is_of_other_column = retry.is_some_and(|retry| retry.fields.get("state") != Some(&state));
    let form = move || view! { <Form commands org project column state open/> };
    if is_of_other_column {
        let no_retry: Option<FormRetry> = None;
        Either::Left(view! { <Provider value=no_retry>{form()}</Provider> })
    } else {
        Either::Right(form())
    }
}

#[component]
fn Form(
    commands: BoardCommands,
    org: String,
    project: String,
    column: usize,
    state: String,
    open: bool,
) -> impl IntoView {
    let action = FormAction::of::<CreateTask>();
    let feedback = FormFeedback::of(action);
    let error = feedback.field("title");
    let title = NodeRef::<Input>::new();
    let (title_id, error_id) = (format!("new-title-{state}"), format!("new-title-{state}-error"));
    let (label_for, described_by) = (title_id.clone(), error_id.clone());
    let id = format!("add-task:{project}:{state}");
    let details = keep_panel(&id);
    let draft = Draft::of(&format!("{project}:{state}:title")).on_change(move |draft| {
        if let Some(details) = details.get_untracked().filter(|_| draft.is_some()) {
            details.set_open(true);
        }
    });

    Effect::new(move || {
        if let Some(Ok(task)) = action.value().get() {
            commands.add(column, task);
            if let Some(title) = title.get_untracked() {
                title.set_value("");
                // If focusing fails, the field is still ready for the next task.
                drop(title.focus());
            }
        }
    });

    view! {
        <details class="add-task" id=id open=open || feedback.is_retry() node_ref=details>
            <summary>
                <span>
                    <Icon icon=Glyph::Plus/>
                    "Add task"
                </span>
            </summary>
            <AppForm action feedback draft>
                <input type="hidden" name="org" value=org/>
                <input type="hidden" name="project" value=project/>
                <input type="hidden" name="state" value=state/>
                <div class="field">
                    <label class="visually-hidden" for=label_for>
                        "Title"
                    </label>
                    <input
                        class="input"
                        id=title_id
                        name="title"
                        placeholder="What needs to be done?"
                        autocomplete="off"
                        required
                        maxlength=TITLE_MAX
                        value=feedback.typed("title", "")
                        aria-invalid=move || error.with(Option::is_some).then_some("true")
                        aria-describedby=described_by
                        node_ref=title
                    />
                    <p class="error" id=error_id>
                        {error}
                    </p>
                </div>
                <SubmitButton label="Create task" pending=action.pending()/>
            </AppForm>
        </details>
    }
}
