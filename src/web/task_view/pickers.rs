//! The controls of the selection bar that set a field of the selected tasks.

use leptos::{ev, html, prelude::*};

use super::commands::BulkEdit;
use crate::domain::{
    board::ProjectContext,
    tasks::{field_name::Field, priority::Priority},
};

/// Fields whose value is typed rather than picked from a list.
const TYPED_FIELDS: [Field; 4] = [Field::DueOn, Field::StartOn, Field::Estimate, Field::Parent];

/// The controls of all fields.
#[component]
pub fn Pickers(edit: BulkEdit) -> impl IntoView {
    let project = edit.store().context();
    view! {
        <Picker edit field=Field::State label="State" options=move || project.with(states)/>
        <Picker edit field=Field::Priority label="Priority" options=priorities/>
        <Picker edit field=Field::Assign label="Assign" options=move || project.with(people)/>
        <Picker edit field=Field::Unassign label="Unassign" options=move || project.with(people)/>
        <Picker edit field=Field::AddLabel label="Add label" options=move || project.with(labels)/>
        <Picker edit field=Field::RemoveLabel label="Remove label" options=move || project.with(labels)/>
        <TypedValue edit/>
    }
    .into_any()
}

/// Values and labels of a picker.
type Options = Vec<(String, String)>;

fn states(project: &ProjectContext) -> Options {
    project.states.iter().map(|state| (state.slug.clone(), state.name.clone())).collect()
}

fn people(project: &ProjectContext) -> Options {
    project.people.iter().map(|person| (person.id.to_string(), person.name.clone())).collect()
}

fn labels(project: &ProjectContext) -> Options {
    project.labels.iter().map(|label| (label.id.to_string(), label.name.clone())).collect()
}

fn priorities() -> Options {
    Priority::ALL.map(|priority| (priority.slug().to_owned(), priority.label().to_owned())).into()
}

/// A select that sets a field of the selected tasks and then shows its own name again.
#[component]
fn Picker<F>(edit: BulkEdit, field: Field, label: &'static str, options: F) -> impl IntoView
where
    F: Fn() -> Options + Copy + Send + Sync + 'static,
{
    let pick = move |event: ev::Event| {
        let select = event_target::<leptos::web_sys::HtmlSelectElement>(&event);
        let value = select.value();
        select.set_selected_index(0);
        if !value.is_empty() {
            edit.apply(field, value);
        }
    };
    view! {
        <select class="input" aria-label=label disabled=edit.is_pending on:change=pick hidden=move || options().is_empty()>
            <option value="" selected>
                {format!("{label}…")}
            </option>
            {move || {
                options().into_iter().map(|(value, name)| view! { <option value=value>{name}</option> }).collect_view()
            }}
        </select>
    }
    .into_any()
}

/// Sets a field whose value is typed: the member picks the field first, then gets an input for it.
#[component]
fn TypedValue(edit: BulkEdit) -> impl IntoView {
    let typed_field = edit.typed_field;
    let options = TYPED_FIELDS.map(|field| view! { <option value=field.slug()>{field.label()}</option> });
    view! {
        <select
            class="input"
            aria-label="Edit field"
            disabled=edit.is_pending
            prop:value=move || typed_field.get().map_or("", Field::slug)
            on:change=move |event| typed_field.set(event_target_value(&event).parse().ok())
        >
            <option value="">"Edit field…"</option>
            {options.into_iter().collect_view()}
        </select>
        {move || typed_field.get().map(|field| view! { <ValueForm edit field/> })}
    }
    .into_any()
}

/// The form that sets or clears one field.
#[component]
fn ValueForm(edit: BulkEdit, field: Field) -> impl IntoView {
    let (kind, hint) = match field {
        Field::DueOn | Field::StartOn => ("date", ""),
        Field::Estimate => ("text", "0 to 999"),
        _ => ("text", "Task key"),
    };
    let input = NodeRef::<html::Input>::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let Some(input) = input.get_untracked() {
            edit.apply(field, input.value());
        }
    };
    view! {
        <form class="value" on:submit=submit>
            <input
                dir="auto"
                class="input"
                type=kind
                aria-label=field.label()
                placeholder=hint
                maxlength="20"
                autocomplete="off"
                required
                node_ref=input
            />
            <button class="button" disabled=edit.is_pending>
                "Save"
            </button>
            <button
                type="button"
                class="button quiet"
                disabled=edit.is_pending
                on:click=move |_| edit.apply(field, String::new())
            >
                "Clear"
            </button>
        </form>
    }
    .into_any()
}
