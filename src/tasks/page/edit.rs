//! The form in which a task's title and description are changed.

use leptos::{
    ev,
    html::Textarea,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::JsCast,
    web_sys::{HtmlElement, HtmlFormElement},
};

use crate::tasks::{
    functions::{UpdateTask, get_task},
    model::{DESCRIPTION_MAX, TITLE_MAX, TaskDetail},
};
use crate::{
    error::AppError,
    ui::{
        app_form::{AppForm, SubmitButton},
        field::TextArea,
        form::FormFeedback,
        rcdata::rcdata,
    },
};

/// Edits `task`, and shows what somebody else saved in the meantime beside what was typed.
#[component]
pub fn EditForm(org: String, task: RwSignal<TaskDetail>) -> impl IntoView {
    let action = ServerAction::<UpdateTask>::new();
    let feedback = FormFeedback::of(action);
    let error = feedback.error();
    let wrong = feedback.field("title");
    let is_conflict = move || error.with(|error| matches!(error, Some(AppError::Conflict { .. })));
    let loaded = task.get_untracked();
    let key = loaded.key.to_string();

    // What is typed while a change is being saved is not saved yet.
    let edited = RwSignal::new(false);
    Effect::new(move || {
        if action.pending().get() {
            edited.set(false);
        }
    });
    // What the texts in the form were made from; a change by somebody else makes it stale.
    let base = RwSignal::new(loaded.version);
    let (title, description) = (NodeRef::<Textarea>::new(), NodeRef::<Textarea>::new());
    let saved = move || !edited.get() && action.value().with(|outcome| matches!(outcome, Some(Ok(_))));

    // Without WASM the page was loaded again after the conflict: its task is the one that somebody else saved.
    let theirs = RwSignal::new((feedback.is_retry() && untrack(is_conflict)).then(|| loaded.clone()));
    let address = StoredValue::new((org.clone(), key.clone()));
    Effect::new(move || match action.value().get() {
        Some(Ok(saved)) => {
            theirs.set(None);
            base.set(saved.version);
            task.set(saved);
        }
        Some(Err(AppError::Conflict { .. })) => {
            let (org, key) = address.get_value();
            spawn_local(async move {
                if let Ok(newer) = get_task(org, key).await {
                    // Saving again is meant to replace what is shown beside it.
                    base.try_set(newer.version);
                    theirs.try_set(Some(newer.clone()));
                    task.try_set(newer);
                }
            });
        }
        _ => {}
    });
    // Somebody else has saved: a form that was not touched shows it, another one shows it beside what was typed.
    Effect::new(move || {
        let newer = task.get();
        if newer.version == base.get_untracked() {
            return;
        }
        if edited.get_untracked() || action.pending().get_untracked() {
            theirs.set(Some(newer));
            return;
        }
        base.set(newer.version);
        for (field, text) in [(title, &newer.facts.title), (description, &newer.facts.description)] {
            if let Some(field) = field.get_untracked() {
                field.set_value(text);
            }
        }
    });

    view! {
        <AppForm action feedback on:input=move |_| edited.set(true)>
            <input type="hidden" name="org" value=org/>
            <input type="hidden" name="key" value=key/>
            <input type="hidden" name="version" value=base/>
            <div class="texts">
                <div class="yours">
                    <div class="field">
                        <label for="title">"Title"</label>
                        <textarea
                            class="input title"
                            id="title"
                            name="title"
                            rows="1"
                            required
                            maxlength=TITLE_MAX
                            aria-describedby="title-error"
                            aria-invalid=move || wrong.with(Option::is_some).then_some("true")
                            on:keydown=move |event| send_on_enter(&event)
                            node_ref=title
                        >
                            {rcdata(feedback.typed("title", &loaded.facts.title))}
                        </textarea>
                        <p class="error" id="title-error">
                            {wrong}
                        </p>
                    </div>
                    <TextArea
                        name="description"
                        label="Description"
                        feedback
                        value=loaded.facts.description
                        maxlength=DESCRIPTION_MAX
                        class="description"
                        node_ref=description
                    />
                </div>
                {move || theirs.get().map(|theirs| view! { <Theirs task=theirs/> })}
            </div>
            <div class="buttons">
                <SubmitButton label="Save changes" pending=action.pending()/>
                <p class="saved" role="status">
                    {move || saved().then_some("Saved")}
                </p>
            </div>
        </AppForm>
    }
}

/// The text that was saved by somebody else, to compare and copy from.
#[component]
fn Theirs(task: TaskDetail) -> impl IntoView {
    let description = task.facts.description;
    let description = if description.is_empty() { "No description".to_owned() } else { description };
    view! {
        <section class="theirs" aria-labelledby="theirs-heading">
            <h2 id="theirs-heading">"What is saved now"</h2>
            <p class="muted small">"Take over what you need. Saving again replaces this text with yours."</p>
            <p class="title">{task.facts.title}</p>
            <p class="description">{description}</p>
        </section>
    }
}

/// A title has one line: Enter saves.
fn send_on_enter(event: &ev::KeyboardEvent) {
    if event.key() != "Enter" || event.is_composing() {
        return;
    }
    event.prevent_default();
    let form = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()?.closest("form").ok()?);
    if let Some(form) = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) {
        // Where the browser refuses, the button remains.
        drop(form.request_submit());
    }
}
