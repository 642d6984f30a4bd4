//! The fields of a task besides its texts: one form per field, submitted on change.

use leptos::{context::Provider, ev, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};
use uuid::Uuid;

use super::refresh::refresher;
use crate::{
    domain::{
        dates,
        tasks::{TaskDetail, field_name::Field, priority::Priority},
    },
    web::{
        tasks::{functions::EditTasks, priority_mark::PriorityMark, summary::parts, toast::Toasts},
        ui::{
            app_form::AppForm,
            avatar::Avatar,
            form::{FormFeedback, FormRetry},
            form_action::FormAction,
            markup::render,
        },
    },
};

/// The forms, for members who may change tasks.
#[component]
pub fn Properties(org: String, task: RwSignal<TaskDetail>) -> impl IntoView {
    let (labels, people) = task.with_untracked(|task| (task.labels.clone(), task.people.clone()));
    let priority = move || task.with(|task| task.fields.priority);
    let first_priority = task.with_untracked(|task| task.fields.priority);
    let people = people.into_iter().map(|person| {
        let icon = view! { <Avatar name=person.name.clone()/> };
        let shown = view! { {icon} <span>{person.name.clone()}</span> };
        (person.id, person.name, shown.into_any())
    });
    let labels: Vec<_> = labels
        .into_iter()
        .map(|label| {
            let shown = view! { <span inner_html=render(|html| parts::label(html, &label))></span> };
            (label.id, label.name, shown.into_any())
        })
        .collect();
    let has_labels = !labels.is_empty();
    let assigned = Signal::derive(move || task.with(|task| task.fields.assignees.iter().copied().collect::<Vec<_>>()));
    let labelled = Signal::derive(move || task.with(|task| task.fields.labels.iter().copied().collect::<Vec<_>>()));
    let number = Signal::derive(move || {
        task.with(|task| task.fields.estimate.map_or_else(String::new, |points| points.to_string()))
    });
    let start =
        Signal::derive(move || task.with(|task| task.fields.start_on.map_or_else(String::new, dates::machine_day)));
    let due = Signal::derive(move || task.with(|task| task.fields.due_on.map_or_else(String::new, dates::machine_day)));
    let parent = Signal::derive(move || {
        task.with(|task| task.fields.parent.map_or_else(String::new, |parent| format!("{}-{parent}", task.key.project)))
    });
    view! {
        <Property org=org.clone() task field=Field::Priority label="Priority" mark=move || view! { <PriorityMark priority=priority()/> }.into_any()>
            <select class="input" id="priority" name="values[]" prop:value=move || priority().slug()>
                {Priority::ALL
                    .map(|one| {
                        view! {
                            <option value=one.slug() selected=one == first_priority>
                                {one.label()}
                            </option>
                        }
                    })
                    .collect_view()}
            </select>
        </Property>
        <Checkboxes org=org.clone() task field=Field::Assignees legend="Assigned to" options=people.collect() selected=assigned/>
        {has_labels
            .then(|| {
                view! { <Checkboxes org=org.clone() task field=Field::Labels legend="Labels" options=labels selected=labelled/> }
            })}
        <Property org=org.clone() task field=Field::Estimate label="Points">
            <input class="input" id="estimate" name="values[]" inputmode="numeric" maxlength="3" value=number.get_untracked() prop:value=number/>
        </Property>
        <Property org=org.clone() task field=Field::StartOn label="Start date">
            <input class="input" id="start_on" name="values[]" type="date" value=start.get_untracked() prop:value=start/>
        </Property>
        <Property org=org.clone() task field=Field::DueOn label="Due date">
            <input class="input" id="due_on" name="values[]" type="date" value=due.get_untracked() prop:value=due/>
        </Property>
        <Property org task field=Field::Parent label="Parent task">
            <input class="input" id="parent" name="values[]" maxlength="20" autocomplete="off" value=parent.get_untracked() prop:value=parent/>
        </Property>
    }
}

/// A form with one control, whose `id` is the field's slug.
#[component]
fn Property(
    org: String,
    task: RwSignal<TaskDetail>,
    field: Field,
    label: &'static str,
    /// Icon before the label.
    #[prop(optional, into)]
    mark: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    let control = children();
    view! {
        <PropertyForm org task field>
            <label for=field.slug()>{mark.map(|mark| move || mark.run())} {label}</label>
            {control}
        </PropertyForm>
    }
}

/// A form with a checkbox for each option.
#[component]
fn Checkboxes(
    org: String,
    task: RwSignal<TaskDetail>,
    field: Field,
    legend: &'static str,
    /// Id, name and content of each option.
    options: Vec<(Uuid, String, AnyView)>,
    #[prop(into)] selected: Signal<Vec<Uuid>>,
) -> impl IntoView {
    let names: Vec<_> = options.iter().map(|(id, name, _)| (*id, name.clone())).collect();
    let summary = move || {
        let selected = selected.get();
        let names: Vec<_> =
            names.iter().filter(|(id, _)| selected.contains(id)).map(|(_, name)| name.as_str()).collect();
        if names.is_empty() { "None".to_owned() } else { names.join(", ") }
    };
    let boxes = options.into_iter().map(|(id, _, shown)| {
        let is_selected = move || selected.with(|selected| selected.contains(&id));
        view! {
            <label class="tick">
                <input type="checkbox" name="values[]" value=id.to_string() checked=selected.with_untracked(|selected| selected.contains(&id)) prop:checked=is_selected/>
                {shown}
            </label>
        }
    });
    let boxes = boxes.collect_view();
    view! {
        <PropertyForm org task field>
            <fieldset>
                <legend>{legend}</legend>
                <details class="several">
                    <summary>{summary}</summary>
                    // Submits an empty list if no box is ticked.
                    <input type="hidden" name="values[]" value=""/>
                    {boxes}
                </details>
            </fieldset>
        </PropertyForm>
    }
}

/// A form that submits one field of the task on change; without scripts, by its button.
#[component]
fn PropertyForm(org: String, task: RwSignal<TaskDetail>, field: Field, children: Children) -> impl IntoView {
    // The forms share one server function: an error belongs to the form that was submitted.
    let retry = use_context::<Option<FormRetry>>().flatten();
    let own = retry.filter(|retry| retry.fields.get("field").is_some_and(|sent| sent == field.slug()));
    let content = children();
    view! {
        <Provider value=own>
            <Form org task field content/>
        </Provider>
    }
}

#[component]
fn Form(org: String, task: RwSignal<TaskDetail>, field: Field, content: AnyView) -> impl IntoView {
    let action = FormAction::of::<EditTasks>();
    let feedback = FormFeedback::of(action);
    let error = feedback.field(field.slug());
    let key = task.with_untracked(|task| task.key.to_string());
    let refresh = refresher(&org, task);
    let toasts = Toasts::expect();
    Effect::new(move || {
        if let Some(Ok(undo)) = action.value().get() {
            if undo.is_some() {
                toasts.done(format!("{} changed", field.label()), undo);
            }
            refresh.run(());
        }
    });
    view! {
        <div class="property" on:change=move |event| submit_form(&event)>
            <AppForm action feedback>
                <input type="hidden" name="org" value=org/>
                <input type="hidden" name="keys[]" value=key/>
                <input type="hidden" name="field" value=field.slug()/>
                {content}
                <button class="button plain-only" type="submit">
                    "Save"
                </button>
                <p class="error" role="alert">
                    {error}
                </p>
            </AppForm>
        </div>
    }
}

/// Submits the form that contains the event's target.
fn submit_form(event: &ev::Event) {
    let form = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()?.closest("form").ok()?);
    if let Some(form) = form.and_then(|form| form.dyn_into::<leptos::web_sys::HtmlFormElement>().ok()) {
        // If a value is invalid, the browser refuses and shows the reason at the control.
        drop(form.request_submit());
    }
}
