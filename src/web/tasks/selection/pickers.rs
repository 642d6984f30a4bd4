//! With what the bar of a selection is told what the chosen tasks are to have.

use leptos::{ev, html, prelude::*};

use super::changing::Changing;
use crate::domain::{
    projects::{Assignable, Label, State},
    tasks::{field_name::Field, priority::Priority},
};

/// What is typed in, rather than chosen from a list.
const TYPED: [Field; 4] = [Field::DueOn, Field::StartOn, Field::Estimate, Field::Parent];

/// Between which one chooses.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    pub states: Vec<State>,
    pub labels: Vec<Label>,
    pub people: Vec<Assignable>,
}

/// All of them.
#[component]
pub fn Pickers(changing: Changing, choices: Signal<Choices>) -> impl IntoView {
    view! {
        <Pick changing field=Field::State label="State" options=move || choices.with(states)/>
        <Pick changing field=Field::Priority label="Priority" options=priorities/>
        <Pick changing field=Field::Assign label="Assign" options=move || choices.with(people)/>
        <Pick changing field=Field::Unassign label="Unassign" options=move || choices.with(people)/>
        <Pick changing field=Field::AddLabel label="Add label" options=move || choices.with(labels)/>
        <Pick changing field=Field::RemoveLabel label="Remove label" options=move || choices.with(labels)/>
        <Typed changing/>
    }
    .into_any()
}

type Options = Vec<(String, String)>;

fn states(choices: &Choices) -> Options {
    choices.states.iter().map(|state| (state.slug.clone(), state.name.clone())).collect()
}

fn people(choices: &Choices) -> Options {
    choices.people.iter().map(|person| (person.id.to_string(), person.name.clone())).collect()
}

fn labels(choices: &Choices) -> Options {
    choices.labels.iter().map(|label| (label.id.to_string(), label.name.clone())).collect()
}

fn priorities() -> Options {
    Priority::ALL.map(|priority| (priority.slug().to_owned(), priority.label().to_owned())).into()
}

/// A list from which one chooses what the tasks are to have; it shows its own name again then.
#[component]
fn Pick<F>(changing: Changing, field: Field, label: &'static str, options: F) -> impl IntoView
where
    F: Fn() -> Options + Copy + Send + Sync + 'static,
{
    let choose = move |event: ev::Event| {
        let select = event_target::<leptos::web_sys::HtmlSelectElement>(&event);
        let value = select.value();
        select.set_selected_index(0);
        if !value.is_empty() {
            changing.change(field, value);
        }
    };
    view! {
        <select class="input" aria-label=label disabled=changing.is_pending on:change=choose hidden=move || options().is_empty()>
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

/// What is typed in: one says what first, and then gets a field for it.
#[component]
fn Typed(changing: Changing) -> impl IntoView {
    let typing = changing.typing;
    let options = TYPED.map(|field| view! { <option value=field.slug()>{field.label()}</option> });
    view! {
        <select
            class="input"
            aria-label="Set"
            disabled=changing.is_pending
            prop:value=move || typing.get().map_or("", Field::slug)
            on:change=move |event| typing.set(event_target_value(&event).parse().ok())
        >
            <option value="">"Set…"</option>
            {options.into_iter().collect_view()}
        </select>
        {move || typing.get().map(|field| view! { <Value changing field/> })}
    }
    .into_any()
}

/// Gives the tasks what is typed, or takes it from them.
#[component]
fn Value(changing: Changing, field: Field) -> impl IntoView {
    let (kind, hint) = match field {
        Field::DueOn | Field::StartOn => ("date", ""),
        Field::Estimate => ("text", "0 to 999"),
        _ => ("text", "Key of a task"),
    };
    let input = NodeRef::<html::Input>::new();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let Some(input) = input.get_untracked() {
            changing.change(field, input.value());
        }
    };
    view! {
        <form class="value" on:submit=submit>
            <input
                class="input"
                type=kind
                aria-label=field.label()
                placeholder=hint
                maxlength="20"
                autocomplete="off"
                required
                node_ref=input
            />
            <button class="button" disabled=changing.is_pending>
                "Set"
            </button>
            <button
                type="button"
                class="button quiet"
                disabled=changing.is_pending
                on:click=move |_| changing.change(field, String::new())
            >
                "Clear"
            </button>
        </form>
    }
    .into_any()
}
