//! The form that edits a task's title and description.

use leptos::{
    ev,
    html::Textarea,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{HtmlElement, HtmlFormElement},
};

use super::{
    conflict::{Conflict, TEXTS},
    merge::MergeForm,
};
use crate::{
    domain::{
        errors::AppError,
        tasks::{
            TITLE_MAX, TaskDetail,
            merge::{Merge, compose, parts_of},
        },
    },
    web::{
        tasks::{
            functions::{MergeTask, UpdateTask, compare_task},
            toast::Toasts,
        },
        ui::{
            app_form::{AppForm, SubmitButton},
            draft::Draft,
            field::TextArea,
            form::{FormFeedback, FormRetry},
            form_action::{FormAction, FormFields},
            keyboard::key_of,
            page_resource::PageResource,
            rcdata::rcdata,
        },
    },
};

/// The state of the form. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
struct EditState {
    task: RwSignal<TaskDetail>,
    /// The version that the texts in the form are based on.
    base: RwSignal<i64>,
    is_edited: RwSignal<bool>,
    conflict: RwSignal<Option<Conflict>>,
    draft: Draft,
    toasts: Toasts,
    close: Callback<()>,
    /// The fields of [`TEXTS`].
    fields: [NodeRef<Textarea>; 2],
}

impl EditState {
    /// Shows a saved task and closes the form, unless it holds other texts than those `sent` from it; `base` is the version that the texts
    /// were based on.
    fn on_saved(self, saved: TaskDetail, base: i64, sent: Option<[String; 2]>) {
        let was_merged = saved.version > base + 1;
        let text = if was_merged { "Saved and merged with others’ changes" } else { "Saved" };
        self.toasts.done(text, saved.undo);
        let has_more = self
            .fields
            .iter()
            .zip(sent.into_iter().flatten())
            .any(|(field, sent)| field.get_untracked().is_some_and(|field| field.value() != sent));
        if !has_more {
            self.task.set(saved);
            return self.leave();
        }
        // Without changes of others, what is typed follows what was saved. Otherwise it is merged with it.
        if !was_merged {
            self.base.set(saved.version);
        }
        self.task.set(saved);
        // The draft names the version, which the form has after rendering.
        request_animation_frame(move || {
            if let Some(form) = self.fields[0].try_get_untracked().flatten().and_then(|field| field.form()) {
                self.draft.save(&form);
            }
        });
    }

    /// Discards the draft and closes the form.
    fn leave(self) {
        self.draft.delete();
        self.close.run(());
    }

    /// Handles the answers to a form. `texts` reads title and description from its fields.
    fn handle(self, action: FormAction<TaskDetail>, texts: fn(&FormFields) -> [String; 2]) {
        let sent = StoredValue::new(None::<FormFields>);
        Effect::new(move || {
            if let Some(fields) = action.input().get() {
                sent.set_value(Some(fields));
            }
        });
        Effect::new(move || {
            let (outcome, sent) = (action.value().get(), sent.get_value());
            let version = sent.as_ref().and_then(|fields| fields.get("version")?.parse().ok());
            match (outcome, sent) {
                (Some(Ok(task)), Some(fields)) => {
                    // While versions are chosen, the form with the texts is hidden.
                    let is_shown = self.conflict.with_untracked(Option::is_none);
                    self.on_saved(task, version.unwrap_or(0), is_shown.then(|| texts(&fields)));
                }
                // The submitted texts are compared with the saved ones.
                (Some(Err(AppError::Conflict { .. })), Some(fields)) => {
                    let [title, description] = texts(&fields);
                    let version = version.unwrap_or(0);
                    self.conflict.set(Some(Conflict::Stale { version, title, description }));
                }
                _ => {}
            }
        });
    }

    /// The conflicting versions, merged by the server.
    fn merged(self, org: String, key: String) -> PageResource<Option<Merge>> {
        PageResource::new(
            move || self.conflict.get(),
            move |conflict| {
                let (org, key) = (org.clone(), key.clone());
                async move {
                    match conflict {
                        None => Ok(None),
                        Some(Conflict::Compared(merge)) => Ok(Some(merge)),
                        Some(Conflict::Stale { version, title, description }) => {
                            compare_task(org, key, version, title, description).await.map(Some)
                        }
                    }
                }
            },
        )
    }
}

/// Edits `task`. Changes that others save in the meantime are merged; if they overlap, the member chooses a version.
#[component]
pub fn EditForm(
    org: String,
    task: RwSignal<TaskDetail>,
    draft: Draft,
    /// Called when editing has ended.
    close: Callback<()>,
    /// Address of the page that shows the texts.
    path: String,
    /// Whether to focus the description.
    focus: bool,
) -> impl IntoView {
    let (action, merging) = (FormAction::of::<UpdateTask>(), FormAction::of::<MergeTask>());
    let feedback = FormFeedback::of(action);
    let (key, version) = task.with_untracked(|task| (task.key.to_string(), task.version));
    let conflict = use_context::<Option<FormRetry>>().flatten().as_ref().and_then(Conflict::of);
    let (base, is_edited) =
        (RwSignal::new(feedback.typed("version", "").parse().unwrap_or(version)), RwSignal::new(feedback.is_retry()));
    let draft = draft.on_change(move |draft| {
        let draft_base = draft.as_ref().and_then(|draft| draft.get("version")?.parse().ok());
        base.set(draft_base.unwrap_or(version));
        is_edited.set(draft.is_some());
    });
    let (conflict, toasts) = (RwSignal::new(conflict), Toasts::expect());
    let fields = [NodeRef::new(), NodeRef::new()];
    let editing = EditState { task, base, is_edited, conflict, draft, toasts, close, fields };
    editing.handle(action, |fields| TEXTS.map(|name| fields.get(name).unwrap_or_default()));
    editing.handle(merging, |fields| TEXTS.map(|name| compose(&parts_of(name, &|field| fields.get(field)))));
    let merged = editing.merged(org.clone(), key.clone());
    // If the comparison fails, the form shows the typed texts again.
    let has_failed = RwSignal::new(false);
    Effect::new(move || has_failed.set(merged.has_failed()));
    let discard = Callback::new(move |()| editing.leave());
    let addresses = StoredValue::new((org.clone(), key.clone(), path.clone()));
    let merge_form = merged.render(move |merged| {
        let (org, key, path) = addresses.get_value();
        merged.transpose().map(|merged| match merged {
            Ok(merge) => view! { <MergeForm org key merge action=merging path discard/> }.into_any(),
            Err(error) => view! { <p class="notice danger" role="alert">{error.to_string()}</p> }.into_any(),
        })
    });
    view! {
        {merge_form}
        <div hidden=move || conflict.with(Option::is_some) && !has_failed.get()>
            <TextForm editing action feedback org key path focus/>
        </div>
    }
    .into_any()
}

/// The form with both texts.
#[component]
fn TextForm(
    editing: EditState,
    action: FormAction<TaskDetail>,
    feedback: FormFeedback,
    org: String,
    key: String,
    path: String,
    focus: bool,
) -> impl IntoView {
    let EditState { task, base, is_edited, draft, fields: [title, description], .. } = editing;
    let fields = task.with_untracked(|task| task.fields.clone());
    // Another member has saved: an untouched form shows the new texts.
    let is_stale = RwSignal::new(false);
    Effect::new(move || {
        let newer = task.get();
        if newer.version == base.get_untracked() || action.pending().get_untracked() {
            return;
        }
        if is_edited.get_untracked() {
            is_stale.set(true);
            return;
        }
        base.set(newer.version);
        for (field, text) in [(title, &newer.fields.title), (description, &newer.fields.description)] {
            if let Some(field) = field.get_untracked() {
                field.set_value(text);
            }
        }
    });
    Effect::new(move || {
        if let Some(description) = description.get().filter(|_| focus) {
            let end = u32::try_from(description.value().encode_utf16().count()).unwrap_or(0);
            // Focusing is a convenience; its failure is ignored.
            drop(description.focus());
            drop(description.set_selection_range(end, end));
        }
    });
    let notice = move || is_stale.get().then_some("Someone else changed this task. Your changes will be merged.");
    let error = feedback.field("title");
    view! {
        <AppForm action feedback draft class="texts" on:input=move |_| is_edited.set(true)>
            <input type="hidden" name="org" value=org/>
            <input type="hidden" name="key" value=key/>
            <input type="hidden" name="version" value=base/>
            <div class="field">
                <label for="title">"Title"</label>
                <textarea
                    dir="auto"
                    class="input title"
                    id="title"
                    name="title"
                    rows="1"
                    required
                    maxlength=TITLE_MAX
                    aria-describedby="title-error"
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    on:keydown=move |event| submit_on_enter(&event)
                    node_ref=title
                >
                    {rcdata(feedback.typed("title", &fields.title))}
                </textarea>
                <p class="error" id="title-error">
                    {error}
                </p>
            </div>
            <TextArea
                name="description"
                label="Description"
                feedback
                value=fields.description
                hint="Markdown: **bold**, - a list, `code`; keys such as WEB-12 become links."
                class="description"
                node_ref=description
            />
            <p class="muted small" role="status">
                {notice}
            </p>
            <div class="buttons">
                <SubmitButton label="Save changes" pending=action.pending()/>
                <a href=path class="button quiet" on:click=move |_| editing.leave() data-noscroll="">
                    "Cancel"
                </a>
            </div>
        </AppForm>
    }
    .into_any()
}

/// Submits the form on Enter, since a title has one line.
fn submit_on_enter(event: &ev::KeyboardEvent) {
    if key_of(event) != "Enter" {
        return;
    }
    event.prevent_default();
    let form = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()?.closest("form").ok()?);
    if let Some(form) = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) {
        // If the browser refuses to submit, the form's button remains.
        drop(form.request_submit());
    }
}
