//! The form that moves a task into another state from its page.

use leptos::prelude::*;

use crate::{
    domain::tasks::TaskDetail,
    web::{
        tasks::{functions::MoveTask, toast::Toasts},
        ui::{app_form::AppForm, form::FormFeedback, form_action::FormAction, form_html::options},
    },
};

/// Moves `task` to the end of the chosen column.
#[component]
pub fn StateForm(
    org: String,
    task: RwSignal<TaskDetail>,
    /// Icon of the current state.
    #[prop(into)]
    mark: ViewFn,
) -> impl IntoView {
    let action = FormAction::of::<MoveTask>();
    let feedback = FormFeedback::of(action);
    let error = feedback.field("state");
    let shown = feedback.typed_until("state", move || task.with(|task| task.fields.position.state.clone()));
    let typed = untrack(shown.clone());
    let (key, states) = task.with_untracked(|task| {
        let states = task.states.iter().map(|state| (&*state.slug, &*state.name, state.slug == typed));
        (task.key.to_string(), options(states))
    });

    let toasts = Toasts::expect();
    Effect::new(move || {
        if let Some(Ok(moved)) = action.value().get() {
            task.update(|task| task.fields.position = moved.position);
            toasts.done(task.with_untracked(|task| format!("Moved to {}", task.state_name())), moved.undo);
        }
    });

    view! {
        <AppForm action feedback>
            <input type="hidden" name="org" value=org/>
            <input type="hidden" name="key" value=key/>
            <div class="field">
                <label for="state" class="state">{move || mark.run()} "State"</label>
                <div class="choice">
                    <select class="input" id="state" name="state" aria-describedby="state-error" inner_html=states prop:value=shown></select>
                    <button class="button" type="submit" disabled=move || action.pending().get()>"Move"</button>
                </div>
                <p class="error" id="state-error">
                    {error}
                </p>
            </div>
        </AppForm>
    }
}
