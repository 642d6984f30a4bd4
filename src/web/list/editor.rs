//! Changing what is known of a task from the list: one thing in place, or, without scripts, everything on top of the list.

use std::collections::BTreeSet;

use leptos::{context::Provider, ev, html, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};
use uuid::Uuid;

use super::{
    store::{Editing, ListStore},
    view::field_of,
};
use crate::{
    domain::{
        list::Row,
        projects::Parts,
        query::Query,
        tasks::{field_name::Field, fields::TaskFields, priority::Priority},
    },
    web::{
        tasks::{functions::EditTasks, toast::Toasts},
        ui::{
            app_form::AppForm,
            date::machine_day,
            form::{FormFeedback, FormRetry},
        },
    },
};

/// How much of the window it may need below the place where it was asked for.
const ROOM: f64 = 340.0;

/// Its greatest width.
const WIDTH: f64 = 304.0;

/// The forms for what is being changed.
#[component]
pub fn Editor(controls: ListStore, editing: Editing) -> impl IntoView {
    let Editing { row, field, at } = editing;
    let parts = controls.parts();
    let (about, number) = (format!("{}-{}", parts.key, row.number), row.number);
    let label = format!("Change {about}");
    let fields = match field {
        Some(field) => vec![field],
        None => controls.columns().into_iter().filter_map(field_of).collect(),
    };
    let back =
        Query { edit: None, ..controls.query() }.href(&format!("/o/{}/projects/{}/list", controls.org(), parts.key));
    let panel = NodeRef::<html::Section>::new();
    Effect::new(move || {
        let (Some(panel), Some((x, y))) = (panel.get(), at) else { return };
        let size = |value: Result<leptos::wasm_bindgen::JsValue, _>| {
            value.ok().and_then(|value| value.as_f64()).unwrap_or_default()
        };
        let (width, height) = (size(window().inner_width()), size(window().inner_height()));
        let style = HtmlElement::style(&panel);
        for (name, value) in [("left", x.min(width - WIDTH - 8.0).max(8.0)), ("top", y.min(height - ROOM).max(8.0))] {
            drop(style.set_property(name, &format!("{value}px")));
        }
        let control = panel.query_selector("select, input:not([type=hidden]), summary").ok().flatten();
        if let Some(control) = control.and_then(|control| control.dyn_into::<HtmlElement>().ok()) {
            drop(control.focus());
        }
    });
    let close = move || {
        controls.edit(None);
        // Back to where it was asked for.
        let row = document().query_selector(&format!("[data-task=\"{number}\"] > .open")).ok().flatten();
        if let Some(row) = row.and_then(|row| row.dyn_into::<HtmlElement>().ok()) {
            drop(row.focus());
        }
    };
    let done = Callback::new(move |()| {
        close();
        controls.refresh();
    });
    let forms = fields.into_iter().map(|field| {
        let (key, row, parts) = (about.clone(), row.clone(), parts.clone());
        view! { <FieldForm controls key row parts field done/> }
    });
    let forms = forms.collect_view();
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
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
            class:floating=at.is_some()
            aria-label=label
            node_ref=panel
            on:keydown=on_key
        >
            <header>
                <h2>{about}</h2>
                <a class="button quiet" href=back on:click=on_done>
                    "Close"
                </a>
            </header>
            {forms}
        </section>
    }
    .into_any()
}

/// A form that gives one field of the task called `key` another value.
#[component]
fn FieldForm(
    controls: ListStore,
    key: String,
    /// What it says so far.
    row: Row,
    parts: Parts,
    field: Field,
    /// Called when it is done.
    done: Callback<()>,
) -> impl IntoView {
    // All of them share one server function: what went wrong belongs to the form that it went wrong in.
    let retry = use_context::<Option<FormRetry>>().flatten();
    let own = retry.filter(|retry| retry.fields.get("field").is_some_and(|sent| sent == field.slug()));
    view! {
        <Provider value=own>
            <Form controls key row parts field done/>
        </Provider>
    }
}

#[component]
fn Form(controls: ListStore, key: String, row: Row, parts: Parts, field: Field, done: Callback<()>) -> impl IntoView {
    let action = ServerAction::<EditTasks>::new();
    let feedback = FormFeedback::of(action);
    let wrong = feedback.field(field.slug());
    let (toasts, changed) = (Toasts::expect(), format!("{key}: {} changed", field.label().to_lowercase()));
    Effect::new(move || {
        if let Some(Ok(undo)) = action.value().get() {
            toasts.done(changed.clone(), undo);
            done.run(());
        }
    });
    let control = control(field, &row.facts, &parts, feedback);
    view! {
        <AppForm action feedback>
            <input type="hidden" name="org" value=controls.org()/>
            <input type="hidden" name="keys[]" value=key/>
            <input type="hidden" name="field" value=field.slug()/>
            {control}
            <p class="error" role="alert">
                {wrong}
            </p>
            <button class="button" type="submit" disabled=action.pending()>
                "Set"
            </button>
        </AppForm>
    }
}

fn control(field: Field, facts: &TaskFields, parts: &Parts, feedback: FormFeedback) -> AnyView {
    let text = |value: Option<String>| feedback.typed("values[]", &value.unwrap_or_default());
    match field {
        Field::State => {
            let options = parts.states.iter().map(|state| (state.slug.clone(), state.name.clone())).collect();
            select("State", options, &facts.place.state)
        }
        Field::Priority => {
            let options = Priority::ALL.map(|one| (one.slug().to_owned(), one.label().to_owned())).into();
            select("Priority", options, facts.priority.slug())
        }
        Field::Assignees => {
            let people = parts.people.iter().map(|person| (person.id, person.name.clone())).collect();
            ticks("Assigned to", people, &facts.assignees)
        }
        Field::Labels => {
            let labels = parts.labels.iter().map(|label| (label.id, label.name.clone())).collect();
            ticks("Labels", labels, &facts.labels)
        }
        Field::StartOn => line("Starts on", "date", text(facts.start_on.map(machine_day))),
        Field::DueOn => line("Due on", "date", text(facts.due_on.map(machine_day))),
        Field::Estimate => line("Points", "text", text(facts.estimate.map(|points| points.to_string()))),
        _ => line("Part of", "text", text(facts.parent.map(|parent| format!("{}-{parent}", parts.key)))),
    }
}

fn select(label: &'static str, options: Vec<(String, String)>, chosen: &str) -> AnyView {
    let options = options.into_iter().map(|(value, name)| {
        let selected = chosen == value;
        view! { <option value=value selected=selected>{name}</option> }
    });
    view! {
        <label class="line">
            <span>{label}</span>
            <select class="input" name="values[]" on:change=|event| send(&event)>
                {options.collect_view()}
            </select>
        </label>
    }
    .into_any()
}

fn ticks(legend: &'static str, options: Vec<(Uuid, String)>, chosen: &BTreeSet<Uuid>) -> AnyView {
    if options.is_empty() {
        return view! { <p class="muted small">"The project has no labels yet; its settings add some."</p> }.into_any();
    }
    let boxes = options.into_iter().map(|(id, name)| {
        let ticked = chosen.contains(&id);
        view! {
            <label class="tick">
                <input type="checkbox" name="values[]" value=id.to_string() checked=ticked/>
                <span>{name}</span>
            </label>
        }
    });
    view! {
        <fieldset>
            <legend>{legend}</legend>
            // Nothing ticked is something chosen too.
            <input type="hidden" name="values[]" value=""/>
            {boxes.collect_view()}
        </fieldset>
    }
    .into_any()
}

fn line(label: &'static str, kind: &'static str, value: String) -> AnyView {
    view! {
        <label class="line">
            <span>{label}</span>
            <input class="input" type=kind name="values[]" value=value maxlength="20" autocomplete="off"/>
        </label>
    }
    .into_any()
}

/// Sends the form that the event comes from.
fn send(event: &ev::Event) {
    let form = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()?.closest("form").ok()?);
    if let Some(form) = form.and_then(|form| form.dyn_into::<leptos::web_sys::HtmlFormElement>().ok()) {
        // Where the browser refuses, the button remains.
        drop(form.request_submit());
    }
}
