//! The form that moves a task into another state, without a board.

use leptos::{form::ActionForm, html::Select, prelude::*};

use super::{functions::MoveTask, model::TaskDetail};
use crate::ui::form::FormFeedback;

/// Moves `task` to the end of the column that is chosen.
#[component]
pub fn StateForm(org: String, task: RwSignal<TaskDetail>) -> impl IntoView {
    let action = ServerAction::<MoveTask>::new();
    let feedback = FormFeedback::of(action);
    let (wrong, error) = (feedback.field("state"), feedback.error());
    let select = NodeRef::<Select>::new();
    let (key, chosen, states) =
        task.with_untracked(|task| (task.key.to_string(), feedback.typed("state", &task.state), task.states.clone()));

    Effect::new(move || {
        if let (Some(Ok(())), Some(select)) = (action.value().get(), select.get_untracked()) {
            task.update(|task| task.state = select.value());
        }
    });
    let moved = move || {
        let succeeded = action.value().with(|outcome| matches!(outcome, Some(Ok(()))));
        succeeded.then(|| task.with(|task| format!("Moved to {}", task.state_name())))
    };

    view! {
        <ActionForm action>
            <input type="hidden" name="org" value=org />
            <input type="hidden" name="key" value=key />
            <div class="field">
                <label for="task-state">"State"</label>
                <div class="choice">
                    <select class="input" id="task-state" name="state" aria-describedby="task-state-error" node_ref=select>
                        {states
                            .into_iter()
                            .map(|state| {
                                let selected = state.slug == chosen;
                                view! {
                                    <option value=state.slug selected=selected>
                                        {state.name}
                                    </option>
                                }
                            })
                            .collect_view()}
                    </select>
                    <button class="button" type="submit" disabled=move || action.pending().get()>"Move"</button>
                </div>
                <p class="error" id="task-state-error" role="alert">
                    {move || wrong.get().or_else(|| error.get().map(|error| error.to_string()))}
                </p>
                <p class="saved" role="status">{moved}</p>
            </div>
        </ActionForm>
    }
}
