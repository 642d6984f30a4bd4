//! Edits the fields of a task from the list: one field in place, or, without scripts, all columns above the list.

use std::collections::BTreeSet;

use leptos::{ev, html, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};
use uuid::Uuid;

use super::{commands::ListCommands, store::Editing};
use crate::{
    domain::{
        board::ProjectContext,
        dates::machine_day,
        list::Row,
        query::{Column, Query},
        tasks::{TITLE_MAX, field_name::Field, fields::TaskFields, priority::Priority},
    },
    web::{
        task_view::TaskView,
        tasks::{functions::EditTasks, toast::Toasts},
        ui::{app_form::AppForm, form::FormFeedback, form_action::FormAction, keyboard::key_of, style::pixels},
    },
};

/// Height that the editor may need below the clicked cell, in pixels.
const MAX_HEIGHT: f64 = 340.0;

/// Largest width of the editor, in pixels.
const MAX_WIDTH: f64 = 304.0;

/// The forms for the fields that are edited.
#[component]
pub fn Editor(commands: ListCommands, editing: Editing) -> impl IntoView {
    let store = commands.store;
    let Editing { row, field, position } = editing;
    let project = store.shared.context().get_untracked();
    let (task_key, number) = (format!("{}-{}", project.key, row.number), row.number);
    let label = format!("Edit {task_key}");
    let fields = match field {
        Some(field) => vec![field],
        None => [Field::Title].into_iter().chain(store.columns().into_iter().filter_map(field_of)).collect(),
    };
    let back = store.shared.href(&Query { edit: None, ..store.shared.query() });
    let panel = NodeRef::<html::Section>::new();
    Effect::new(move || {
        let (Some(panel), Some((x, y))) = (panel.get(), position) else { return };
        let size = |value: Result<leptos::wasm_bindgen::JsValue, _>| {
            value.ok().and_then(|value| value.as_f64()).unwrap_or_default()
        };
        let (width, height) = (size(window().inner_width()), size(window().inner_height()));
        let style = HtmlElement::style(&panel);
        for (name, value) in
            [("left", x.min(width - MAX_WIDTH - 8.0).max(8.0)), ("top", y.min(height - MAX_HEIGHT).max(8.0))]
        {
            drop(style.set_property(name, &pixels(value)));
        }
        let control = panel.query_selector("select, input:not([type=hidden]), summary").ok().flatten();
        if let Some(control) = control.and_then(|control| control.dyn_into::<HtmlElement>().ok()) {
            drop(control.focus());
        }
    });
    let close = move || {
        commands.edit(None);
        // The focus returns to the row.
        let row = document().query_selector(&format!("[data-task=\"{number}\"] > .open")).ok().flatten();
        if let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
            drop(row.focus());
        }
    };
    let done = Callback::new(move |()| {
        close();
        commands.reload();
    });
    let forms = fields.into_iter().map(|field| {
        let (key, row, project) = (task_key.clone(), row.clone(), project.clone());
        view! { <FieldForm commands key row project field done/> }
    });
    let forms = forms.collect_view();
    let on_key = move |event: ev::KeyboardEvent| {
        if key_of(&event) == "Escape" {
            event.prevent_default();
            close();
        }
    };
    let on_done = move |event: ev::MouseEvent| {
        event.prevent_default();
        event.stop_propagation();
        close();
    };
    view! {
        <section
            id="edit"
            class="row-editor"
            class:floating=position.is_some()
            aria-label=label
            node_ref=panel
            on:keydown=on_key
        >
            <header>
                <h2>{task_key}</h2>
                <a class="button quiet" href=back on:click=on_done>
                    "Close"
                </a>
            </header>
            {forms}
        </section>
    }
    .into_any()
}

/// The name of the control that holds the new value.
const VALUES: &str = "values[]";

/// A form that changes one field of the task with the key `key`.
#[component]
fn FieldForm(
    commands: ListCommands,
    key: String,
    /// The row with its current values.
    row: Row,
    project: ProjectContext,
    field: Field,
    /// Called when the change is saved.
    done: Callback<()>,
) -> impl IntoView {
    let action = FormAction::of::<EditTasks>();
    let feedback = FormFeedback::at(action, field.slug());
    let error = feedback.field(field.slug());
    let (toasts, announcement) = (Toasts::expect(), format!("{key}: {} changed", field.label().to_ascii_lowercase()));
    Effect::new(move || {
        if let Some(Ok(undo)) = action.value().get() {
            toasts.done(announcement.clone(), undo);
            done.run(());
        }
    });
    let control = control(field, &row.fields, &project, feedback);
    view! {
        <AppForm action feedback>
            <input type="hidden" name="org" value=commands.store.shared.org()/>
            <input type="hidden" name="keys[]" value=key/>
            <input type="hidden" name="field" value=field.slug()/>
            {control}
            <p class="error" role="alert">
                {error}
            </p>
            <button class="button" type="submit" disabled=action.pending()>
                "Save"
            </button>
        </AppForm>
    }
}

/// The form control of a field.
fn control(field: Field, task: &TaskFields, project: &ProjectContext, feedback: FormFeedback) -> AnyView {
    let text = |value: Option<String>| feedback.typed(VALUES, &value.unwrap_or_default());
    match field {
        Field::State => {
            let options = project.states.iter().map(|state| (state.slug.clone(), state.name.clone())).collect();
            select("State", options, &text(Some(task.position.state.clone())))
        }
        Field::Priority => {
            let options = Priority::ALL.map(|one| (one.slug().to_owned(), one.label().to_owned())).into();
            select("Priority", options, &text(Some(task.priority.slug().to_owned())))
        }
        Field::Assignees => {
            let people = project.people.iter().map(|person| (person.id, person.name.clone())).collect();
            ticks("Assigned to", people, &task.assignees, feedback)
        }
        Field::Labels => {
            let labels = project.labels.iter().map(|label| (label.id, label.name.clone())).collect();
            ticks("Labels", labels, &task.labels, feedback)
        }
        Field::Title => line("Title", "text", TITLE_MAX, text(Some(task.title.clone()))),
        Field::StartOn => line("Start date", "date", 20, text(task.start_on.map(machine_day))),
        Field::DueOn => line("Due date", "date", 20, text(task.due_on.map(machine_day))),
        Field::Estimate => line("Points", "text", 20, text(task.estimate.map(|points| points.to_string()))),
        _ => line("Parent task", "text", 20, text(task.parent.map(|parent| format!("{}-{parent}", project.key)))),
    }
}

fn select(label: &'static str, options: Vec<(String, String)>, selected: &str) -> AnyView {
    let options = options.into_iter().map(|(value, name)| {
        let selected = selected == value;
        view! { <option value=value selected=selected>{name}</option> }
    });
    view! {
        <label class="line">
            <span>{label}</span>
            <select class="input" name=VALUES on:change=|event| submit_form(&event)>
                {options.collect_view()}
            </select>
        </label>
    }
    .into_any()
}

fn ticks(
    legend: &'static str,
    options: Vec<(Uuid, String)>,
    selected: &BTreeSet<Uuid>,
    feedback: FormFeedback,
) -> AnyView {
    if options.is_empty() {
        return view! { <p class="muted small">"This project has no labels yet. Add some in its settings."</p> }
            .into_any();
    }
    let boxes = options.into_iter().map(|(id, name)| {
        let ticked = feedback.ticked(VALUES, &id.to_string(), selected.contains(&id));
        view! {
            <label class="tick">
                <input type="checkbox" name=VALUES value=id.to_string() checked=ticked/>
                <span>{name}</span>
            </label>
        }
    });
    view! {
        <fieldset>
            <legend>{legend}</legend>
            // Submits an empty list if no box is ticked.
            <input type="hidden" name=VALUES value=""/>
            {boxes.collect_view()}
        </fieldset>
    }
    .into_any()
}

fn line(label: &'static str, kind: &'static str, max_length: usize, value: String) -> AnyView {
    view! {
        <label class="line">
            <span>{label}</span>
            <input class="input" type=kind name=VALUES value=value maxlength=max_length autocomplete="off"/>
        </label>
    }
    .into_any()
}

/// Submits the form that contains the event's target.
fn submit_form(event: &ev::Event) {
    let form = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()?.closest("form").ok()?);
    if let Some(form) = form.and_then(|form| form.dyn_into::<leptos::web_sys::HtmlFormElement>().ok()) {
        // If the browser refuses to submit, the form's button remains.
        drop(form.request_submit());
    }
}

/// The field that a column edits; `None` for read-only columns.
#[must_use]
pub const fn field_of(column: Column) -> Option<Field> {
    Some(match column {
        Column::State => Field::State,
        Column::Priority => Field::Priority,
        Column::Labels => Field::Labels,
        Column::Assignee => Field::Assignees,
        Column::Start => Field::StartOn,
        Column::Due => Field::DueOn,
        Column::Estimate => Field::Estimate,
        Column::Parent => Field::Parent,
        Column::Created | Column::Changed => return None,
    })
}
