//! The relations of a task, and the form that adds one.

use leptos::prelude::*;
use uuid::Uuid;

use super::{add_line::AddLine, refresh::refresher, subtasks::linked_task};
use crate::{
    domain::tasks::{TaskDetail, links::RelatedTask, relation::Relation},
    web::{
        tasks::{
            link_functions::{AddRelation, RemoveRelation},
            toast::Toasts,
        },
        ui::{
            app_form::AppForm,
            form::FormFeedback,
            form_action::FormAction,
            form_html::options,
            icon::{Glyph, Icon},
            keyed_list::{KeyedRow, keyed_rows},
        },
    },
};

/// The relations of `task`.
#[component]
pub fn Relations(
    org: String,
    task: RwSignal<TaskDetail>,
    /// Whether the member may add and remove relations.
    may_write: bool,
) -> impl IntoView {
    let add = may_write.then(|| view! { <AddForm org=org.clone() task/> });
    let is_shown = move || may_write || task.with(|task| !task.links.relations.is_empty());
    let row = move |related: RelatedTask| {
        let org = org.clone();
        KeyedRow::new(format!("{related:?}"), move || view! { <Row org task related may_write/> })
    };
    let rows = keyed_rows(move || task.with(|task| task.links.relations.clone()).into_iter().map(&row).collect());
    view! {
        <section class="task-links" aria-labelledby="relations-heading" hidden=move || !is_shown()>
            <header>
                <h2 id="relations-heading">"Relations"</h2>
            </header>
            <ul class="card task-lines">
                {rows}
            </ul>
            {add}
        </section>
    }
    .into_any()
}

#[component]
fn Row(org: String, task: RwSignal<TaskDetail>, related: RelatedTask, may_write: bool) -> impl IntoView {
    let RelatedTask { relation, task: other } = related;
    let (line, key) = (linked_task(&org, &other), other.key.to_string());
    let remove = may_write.then(move || view! { <RemoveForm org task relation other=key/> });
    view! {
        <li>
            <span class="relation">{relation.label()}</span>
            {line}
            {remove}
        </li>
    }
    .into_any()
}

#[component]
fn RemoveForm(org: String, task: RwSignal<TaskDetail>, relation: Relation, other: String) -> impl IntoView {
    let action = FormAction::of::<RemoveRelation>();
    let feedback = FormFeedback::at(action, &format!("{}-{other}", relation.slug()));
    let key = task.with_untracked(|task| task.key.to_string());
    let label = format!("Remove: {} {other}", relation.label());
    refresh_after(action, &org, &key, task);
    view! {
        <AppForm action feedback class="remove">
            <input type="hidden" name="org" value=org/>
            <input type="hidden" name="key" value=key/>
            <input type="hidden" name="relation" value=relation.slug()/>
            <input type="hidden" name="other" value=other/>
            <button
                type="submit"
                class="button quiet square"
                aria-label=label.clone()
                title=label
                disabled=action.pending()
            >
                <Icon icon=Glyph::Close/>
            </button>
        </AppForm>
    }
    .into_any()
}

#[component]
fn AddForm(org: String, task: RwSignal<TaskDetail>) -> impl IntoView {
    let action = FormAction::of::<AddRelation>();
    let feedback = FormFeedback::of(action);
    let key = task.with_untracked(|task| task.key.to_string());
    refresh_after(action, &org, &key, task);
    let typed = feedback.typed("relation", Relation::Blocks.slug());
    let relations = options(Relation::ALL.map(|one| (one.slug(), one.label(), one.slug() == typed)));
    view! {
        <AppForm action feedback class="inline add-line" adds=true>
            <AddLine
                org
                key
                feedback
                id="other"
                name="other"
                label="Other task"
                placeholder="WEB-12"
                max_length=20
                button="Add relation"
                is_pending=action.pending()
            >
                <select class="input relation" name="relation" aria-label="Relation type" inner_html=relations></select>
            </AddLine>
        </AppForm>
    }
    .into_any()
}

/// Shows a toast and fetches the task again after the action succeeds.
fn refresh_after(action: FormAction<Option<Uuid>>, org: &str, key: &str, task: RwSignal<TaskDetail>) {
    let (refresh, key) = (refresher(org, task), key.to_owned());
    let value = action.value();
    let toasts = Toasts::expect();
    Effect::new(move || {
        if let Some(Ok(undo)) = value.get() {
            toasts.done(format!("{key}: relations changed"), undo);
            refresh.run(());
        }
    });
}
