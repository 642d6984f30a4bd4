//! The watchers of a task, and the button that watches it.

use leptos::prelude::*;

use super::refresh::refresher;
use crate::{
    domain::tasks::TaskDetail,
    web::{
        tasks::link_functions::SetWatching,
        ui::{
            app_form::{AppForm, when_done},
            form::FormFeedback,
            form_action::FormAction,
            icon::{Glyph, Icon},
        },
    },
};

/// Watches `task` or stops watching it, and lists the watchers.
#[component]
pub fn Watching(org: String, task: RwSignal<TaskDetail>) -> impl IntoView {
    let action = FormAction::of::<SetWatching>();
    let feedback = FormFeedback::of(action);
    let key = task.with_untracked(|task| task.key.to_string());
    when_done(action, refresher(&org, task));
    let is_watching = Memo::new(move |_| task.with(|task| task.links.is_watching));
    let watchers = move || {
        task.with(|task| match &task.links.watchers[..] {
            [] => "No one is watching this task.".to_owned(),
            names => format!("Watching: {}", names.join(", ")),
        })
    };
    view! {
        <AppForm action feedback class="watching">
            <input type="hidden" name="org" value=org/>
            <input type="hidden" name="key" value=key/>
            <input type="hidden" name="watching" value=move || (!is_watching.get()).to_string()/>
            <button type="submit" class="button" disabled=action.pending()>
                <Icon icon=Glyph::Eye/>
                {move || if is_watching.get() { "Unwatch" } else { "Watch" }}
            </button>
            <p class="muted small">{watchers}</p>
        </AppForm>
    }
    .into_any()
}
