//! The form at the foot of a column that creates a task in it.

use leptos::{html::Input, prelude::*};

use super::commands::BoardCommands;
use crate::{
    domain::tasks::TITLE_MAX,
    web::{
        tasks::functions::CreateTask,
        ui::{
            app_form::{AppForm, SubmitButton},
            form::FormFeedback,
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
    let action = FormAction::of::<CreateTask>();
    let feedback = FormFeedback::at(action, &state);
    let error = feedback.field("title");
    let title = NodeRef::<Input>::new();
    let (title_id, error_id) = (format!("new-title-{state}"), format!("new-title-{state}-error"));
    let (label_for, described_by) = (title_id.clone(), error_id.clone());
    let id = format!("add-task:{project}:{state}");
    let details = keep_panel(&id);

    Effect::new(move || {
        if let Some(Ok(task)) = action.value().get() {
            commands.add(column, task);
            if let Some(title) = title.get_untracked() {
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
            <AppForm action feedback adds=true>
                <input type="hidden" name="org" value=org/>
                <input type="hidden" name="project" value=project/>
                <input type="hidden" name="state" value=state/>
                <div class="field">
                    <label class="visually-hidden" for=label_for>
                        "Title"
                    </label>
                    <input
                        dir="auto"
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
