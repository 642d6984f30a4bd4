//! The form in which a task's title and description are changed.

use leptos::{
    ev,
    html::Textarea,
    prelude::*,
    server_fn::ServerFn as _,
    wasm_bindgen::JsCast,
    web_sys::{HtmlElement, HtmlFormElement},
};

use super::merge::MergeForm;
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
            await_resource::await_resource,
            draft::Draft,
            field::TextArea,
            form::{FormFeedback, FormRetry},
            rcdata::rcdata,
        },
    },
};

/// Texts that somebody wrote while somebody else changed the same.
#[derive(Clone, Debug, PartialEq)]
enum Clash {
    /// To be compared with what is saved now.
    Stale { version: i64, title: String, description: String },
    /// Compared, and perhaps chosen among already.
    Compared(Merge),
}

impl Clash {
    /// From a form that came back without WASM.
    fn of(retry: &FormRetry) -> Option<Self> {
        let field = |name: &str| retry.fields.get(name).cloned().unwrap_or_default();
        let version = field("version").parse().ok()?;
        let is_stale = matches!(retry.error, AppError::Conflict { .. });
        if retry.action == UpdateTask::PATH {
            return is_stale.then(|| Self::Stale { version, title: field("title"), description: field("description") });
        }
        if retry.action != MergeTask::PATH {
            return None;
        }
        let [title, description] = ["title", "description"].map(|name| parts_of(name, &retry.fields));
        if is_stale {
            let (title, description) = (compose(&title), compose(&description));
            return Some(Self::Stale { version, title, description });
        }
        Some(Self::Compared(Merge { version, by: String::new(), title, description }))
    }
}

/// What is going on in the form. Copy it into as many closures as need it.
#[derive(Clone, Copy)]
struct Editing {
    task: RwSignal<TaskDetail>,
    /// The version that the texts in the form were made from.
    base: RwSignal<i64>,
    is_edited: RwSignal<bool>,
    clash: RwSignal<Option<Clash>>,
    draft: Draft,
    toasts: Toasts,
    close: Callback<()>,
}

impl Editing {
    /// What was made from the version `from` is saved.
    fn saved(self, saved: TaskDetail, from: i64) {
        let joined = saved.version > from + 1;
        let text = if joined { "Saved, together with what others changed meanwhile" } else { "Saved" };
        self.toasts.done(text, saved.undo);
        self.task.set(saved);
        self.leave();
    }

    /// Leaves nothing behind.
    fn leave(self) {
        self.draft.forget();
        self.close.run(());
    }

    /// Does what is to be done with the answer to what was typed.
    fn follow(self, action: ServerAction<UpdateTask>) {
        // What was sent is compared with what somebody else has saved.
        let sent = StoredValue::new(None::<UpdateTask>);
        Effect::new(move || {
            if let Some(input) = action.input().get() {
                sent.set_value(Some(input));
            }
        });
        Effect::new(move || match (action.value().get(), sent.get_value()) {
            (Some(Ok(task)), sent) => self.saved(task, sent.map_or(0, |sent| sent.version)),
            (Some(Err(AppError::Conflict { .. })), Some(UpdateTask { version, title, description, .. })) => {
                self.clash.set(Some(Clash::Stale { version, title, description }));
            }
            _ => {}
        });
    }

    /// Does what is to be done with the answer to what was chosen.
    fn follow_choice(self, action: ServerAction<MergeTask>) {
        let sent = StoredValue::new(None::<MergeTask>);
        Effect::new(move || {
            if let Some(input) = action.input().get() {
                sent.set_value(Some(input));
            }
        });
        Effect::new(move || match (action.value().get(), sent.get_value()) {
            (Some(Ok(task)), sent) => self.saved(task, sent.map_or(0, |sent| sent.version)),
            (Some(Err(AppError::Conflict { .. })), Some(MergeTask { version, title, description, .. })) => {
                let (title, description) = (compose(&title), compose(&description));
                self.clash.set(Some(Clash::Stale { version, title, description }));
            }
            _ => {}
        });
    }

    /// Both versions, brought together by the server.
    fn compared(self, org: String, key: String) -> Resource<Option<Result<Merge, AppError>>> {
        Resource::new_blocking(
            move || self.clash.get(),
            move |clash| {
                let (org, key) = (org.clone(), key.clone());
                async move {
                    match clash? {
                        Clash::Compared(merge) => Some(Ok(merge)),
                        Clash::Stale { version, title, description } => {
                            Some(compare_task(org, key, version, title, description).await)
                        }
                    }
                }
            },
        )
    }
}

/// Edits `task`. What somebody else saves in the meantime is joined with it; where that cannot be, the reader chooses.
#[component]
pub fn EditForm(
    org: String,
    task: RwSignal<TaskDetail>,
    draft: Draft,
    /// Called when there is nothing more to edit.
    close: Callback<()>,
    /// Where the texts are shown.
    path: String,
    /// Whether to begin with the focus in the description.
    focus: bool,
) -> impl IntoView {
    let (action, merging) = (ServerAction::<UpdateTask>::new(), ServerAction::<MergeTask>::new());
    let feedback = FormFeedback::of(action);
    let (key, version) = task.with_untracked(|task| (task.key.to_string(), task.version));
    let clash = use_context::<Option<FormRetry>>().flatten().as_ref().and_then(Clash::of);
    let (base, is_edited) =
        (RwSignal::new(feedback.typed("version", "").parse().unwrap_or(version)), RwSignal::new(feedback.is_retry()));
    let draft = draft.on_change(move |kept| {
        let made_from = kept.as_ref().and_then(|kept| kept.get("version")?.parse().ok());
        base.set(made_from.unwrap_or(version));
        is_edited.set(kept.is_some());
    });
    let (clash, toasts) = (RwSignal::new(clash), Toasts::expect());
    let editing = Editing { task, base, is_edited, clash, draft, toasts, close };
    editing.follow(action);
    editing.follow_choice(merging);
    let compared = editing.compared(org.clone(), key.clone());
    // When the two could not be compared, what was typed is still in the form.
    let has_failed = RwSignal::new(false);
    Effect::new(move || has_failed.set(matches!(compared.get(), Some(Some(Err(_))))));
    let discard = Callback::new(move |()| editing.leave());
    let around = StoredValue::new((org.clone(), key.clone(), path.clone()));
    view! {
        <Transition>
            {move || {
                let (org, key, path) = around.get_value();
                Suspend::new(async move {
                    let compared = await_resource(compared).await?;
                    Some(match compared {
                        Ok(merge) => view! { <MergeForm org key merge action=merging path discard/> }.into_any(),
                        Err(error) => view! { <p class="notice danger" role="alert">{error.to_string()}</p> }.into_any(),
                    })
                })
            }}
        </Transition>
        <div hidden=move || clash.with(Option::is_some) && !has_failed.get()>
            <TypeForm editing action feedback org key path focus/>
        </div>
    }
    .into_any()
}

/// The form itself.
#[component]
fn TypeForm(
    editing: Editing,
    action: ServerAction<UpdateTask>,
    feedback: FormFeedback,
    org: String,
    key: String,
    path: String,
    focus: bool,
) -> impl IntoView {
    let Editing { task, base, is_edited, draft, .. } = editing;
    let facts = task.with_untracked(|task| task.facts.clone());
    let (title, description) = (NodeRef::<Textarea>::new(), NodeRef::<Textarea>::new());
    // Somebody else has saved: a form that was not touched shows it.
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
        for (field, text) in [(title, &newer.facts.title), (description, &newer.facts.description)] {
            if let Some(field) = field.get_untracked() {
                field.set_value(text);
            }
        }
    });
    Effect::new(move || {
        if let Some(description) = description.get().filter(|_| focus) {
            let end = u32::try_from(description.value().encode_utf16().count()).unwrap_or(0);
            // A field that cannot take the focus can still be typed into.
            drop(description.focus());
            drop(description.set_selection_range(end, end));
        }
    });
    let told =
        move || is_stale.get().then_some("Somebody has changed this task meanwhile. What you save is joined with it.");
    let wrong = feedback.field("title");
    view! {
        <AppForm action feedback draft class="texts" on:input=move |_| is_edited.set(true)>
            <input type="hidden" name="org" value=org/>
            <input type="hidden" name="key" value=key/>
            <input type="hidden" name="version" value=base/>
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
                    {rcdata(feedback.typed("title", &facts.title))}
                </textarea>
                <p class="error" id="title-error">
                    {wrong}
                </p>
            </div>
            <TextArea
                name="description"
                label="Description"
                feedback
                value=facts.description
                hint="Markdown: **bold**, - a list, `code`; keys such as WEB-12 become links."
                class="description"
                node_ref=description
            />
            <p class="muted small" role="status">
                {told}
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
