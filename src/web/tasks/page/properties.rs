//! The fields of a task besides its texts: one form per field, submitted on change.

use leptos::{ev, html, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};
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
            app_form::AppForm, avatar::Avatar, form::FormFeedback, form_action::FormAction, form_html::options,
            markup::render,
        },
    },
};

/// The forms, for members who may change tasks.
#[component]
pub fn Properties(org: String, task: RwSignal<TaskDetail>) -> impl IntoView {
    let (labels, people) = task.with_untracked(|task| (task.labels.clone(), task.people.clone()));
    let priority = move || task.with(|task| task.fields.priority);
    let edits_priority = PropertyEdit::new(Field::Priority);
    let shown_priority = edits_priority.feedback.typed_until(VALUES, move || priority().slug().to_owned());
    let first_priority = untrack(shown_priority.clone());
    let priorities = options(Priority::ALL.map(|one| (one.slug(), one.label(), one.slug() == first_priority)));
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
        <Property org=org.clone() task edit=edits_priority label="Priority" mark=move || view! { <PriorityMark priority=priority()/> }.into_any()>
            <select class="input" id="priority" name=VALUES inner_html=priorities prop:value=shown_priority></select>
        </Property>
        <Checkboxes org=org.clone() task field=Field::Assignees legend="Assigned to" options=people.collect() selected=assigned/>
        {has_labels
            .then(|| {
                view! { <Checkboxes org=org.clone() task field=Field::Labels legend="Labels" options=labels selected=labelled/> }
            })}
        <InputProperty org=org.clone() task field=Field::Estimate label="Points" value=number input=("text", "3", Some("numeric"))/>
        <InputProperty org=org.clone() task field=Field::StartOn label="Start date" value=start input=("date", "10", None)/>
        <InputProperty org=org.clone() task field=Field::DueOn label="Due date" value=due input=("date", "10", None)/>
        <InputProperty org task field=Field::Parent label="Parent task" value=parent input=("text", "20", None)/>
    }
}

/// The name of the control that holds the new value.
const VALUES: &str = "values[]";

/// The form of a field. Several fields have one each, and share the server function.
#[derive(Clone, Copy)]
struct PropertyEdit {
    field: Field,
    action: FormAction<Option<Uuid>>,
    feedback: FormFeedback,
}

impl PropertyEdit {
    fn new(field: Field) -> Self {
        let action = FormAction::of::<EditTasks>();
        Self { field, action, feedback: FormFeedback::at(action, field.slug()) }
    }
}

/// A form with one input field.
#[component]
fn InputProperty(
    org: String,
    task: RwSignal<TaskDetail>,
    field: Field,
    label: &'static str,
    value: Signal<String>,
    /// The field's type, its maximum length, and the keyboard of a phone.
    input: (&'static str, &'static str, Option<&'static str>),
) -> impl IntoView {
    let edit = PropertyEdit::new(field);
    let typed = edit.feedback.typed(VALUES, &value.get_untracked());
    let (kind, max_length, inputmode) = input;
    let node = NodeRef::<html::Input>::new();
    // What is being typed while the change before is sent stays.
    Effect::new(move |former: Option<String>| {
        let value = value.get();
        if let (Some(node), Some(former)) = (node.get_untracked(), former) {
            let has_focus = document().active_element().is_some_and(|focused| node.is_same_node(Some(&focused)));
            if value != former && (!has_focus || node.value() == former) {
                node.set_value(&value);
            }
        }
        value
    });
    view! {
        <Property org task edit label>
            <input
                class="input"
                id=field.slug()
                name=VALUES
                type=kind
                maxlength=max_length
                inputmode=inputmode
                autocomplete="off"
                value=typed
                node_ref=node
            />
        </Property>
    }
    .into_any()
}

/// A form with one control, whose `id` is the field's slug.
#[component]
fn Property(
    org: String,
    task: RwSignal<TaskDetail>,
    edit: PropertyEdit,
    label: &'static str,
    /// Icon before the label.
    #[prop(optional, into)]
    mark: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    let control = children();
    view! {
        <PropertyForm org task edit>
            <label for=edit.field.slug()>{mark.map(|mark| move || mark.run())} {label}</label>
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
    let edit = PropertyEdit::new(field);
    let was_sent = edit.feedback.is_retry();
    let names: Vec<_> = options.iter().map(|(id, name, _)| (*id, name.clone())).collect();
    let summary = move || {
        let selected = selected.get();
        let names: Vec<_> =
            names.iter().filter(|(id, _)| selected.contains(id)).map(|(_, name)| name.as_str()).collect();
        if names.is_empty() { "None".to_owned() } else { names.join(", ") }
    };
    let boxes = options.into_iter().map(|(id, _, shown)| {
        let is_saved = move || selected.with(|selected| selected.contains(&id));
        let (saved, ticked) = (untrack(is_saved), edit.feedback.ticked(VALUES, &id.to_string(), untrack(is_saved)));
        // What was submitted holds until the task changes.
        let is_selected = move || {
            let is_saved = is_saved();
            if was_sent && is_saved == saved { ticked } else { is_saved }
        };
        view! {
            <label class="tick">
                <input type="checkbox" name=VALUES value=id.to_string() checked=ticked prop:checked=is_selected/>
                {shown}
            </label>
        }
    });
    let boxes = boxes.collect_view();
    view! {
        <PropertyForm org task edit>
            <fieldset>
                <legend>{legend}</legend>
                <details class="several" open=was_sent>
                    <summary>{summary}</summary>
                    // Submits an empty list if no box is ticked.
                    <input type="hidden" name=VALUES value=""/>
                    {boxes}
                </details>
            </fieldset>
        </PropertyForm>
    }
}

/// A form that submits one field of the task on change; without scripts, by its button.
#[component]
fn PropertyForm(org: String, task: RwSignal<TaskDetail>, edit: PropertyEdit, children: Children) -> impl IntoView {
    let PropertyEdit { field, action, feedback } = edit;
    let content = children();
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
