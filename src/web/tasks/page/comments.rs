//! The comments and changes of a task.

use leptos::{either::Either, html::Textarea, prelude::*};

use super::comment_history::{Edited, EditedComment, History};
use crate::{
    domain::{
        isolate::isolated,
        live::LiveEvent,
        tasks::{
            TaskDetail,
            activity::{Comment, Entry, Note, REACTIONS, Reaction},
        },
    },
    web::{
        live::feed::Feed,
        tasks::{
            functions::{AddComment, DeleteComment, EditComment, React, Undo, get_activity},
            toast::Toasts,
        },
        ui::{
            app_form::{AppForm, SubmitButton, when_done},
            avatar::Avatar,
            date::Date,
            field::TextArea,
            form::FormFeedback,
            form_action::FormAction,
            keyed_list::KeyedList,
            mention::Mentions,
            page_resource::PageResource,
            rcdata::rcdata,
        },
    },
};

/// The comments and changes of a task, and the form that adds a comment.
#[component]
pub fn Activity(
    org: String,
    task: RwSignal<TaskDetail>,
    /// Whether the member may comment.
    may_write: bool,
) -> impl IntoView {
    let (key, as_of) = task.with_untracked(|task| (task.key.clone(), task.as_of));
    let address = StoredValue::new((org.clone(), key.to_string()));
    let entries = PageResource::new(move || address.get_value(), |(org, key)| get_activity(org, key));
    let reloaded = RwSignal::new(None::<Vec<Entry>>);
    let name = key.to_string();
    let is_affected = move |event: &LiveEvent| event.project == key.project && event.task == Some(key.number);
    Feed::expect().refresh_on(as_of, is_affected, move || reload(address, reloaded));
    let entries = entries.render_or_default(move |first| {
        let (org, name) = (org.clone(), name.clone());
        let entries = Signal::derive(move || reloaded.get().unwrap_or_else(|| first.clone()));
        let changed = Callback::new(move |()| reload(address, reloaded));
        let row = move |entry: Memo<Entry>| match entry.get_untracked() {
            Entry::Note(note) => Either::Left(view! { <NoteView org=org.clone() note changed/> }),
            Entry::Comment(first) => {
                let comment = Memo::new(move |_| match entry.get() {
                    Entry::Comment(comment) => comment,
                    Entry::Note(_) => first.clone(),
                });
                Either::Right(view! { <CommentView org=org.clone() task=name.clone() comment may_write changed/> })
            }
        };
        view! {
            <ol class="entries">
                <KeyedList each=entries key=entry_key children=row/>
            </ol>
        }
    });
    view! {
        <section class="activity" aria-labelledby="activity-heading">
            <h2 id="activity-heading">"Activity"</h2>
            {entries}
            {may_write.then(|| view! { <NewComment address changed=Callback::new(move |()| reload(address, reloaded))/> })}
        </section>
    }
}

/// Fetches the entries again.
fn reload(address: StoredValue<(String, String)>, reloaded: RwSignal<Option<Vec<Entry>>>) {
    let Some((org, key)) = address.try_get_value() else { return };
    leptos::task::spawn_local(async move {
        // If the request fails, the old entries stay.
        if let Ok(entries) = get_activity(org, key).await {
            reloaded.try_set(Some(entries));
        }
    });
}

/// Key of an entry in the list. A changed note gets a new key and is rendered again.
fn entry_key(entry: &Entry) -> String {
    match entry {
        Entry::Note(note) => format!("{}{}{}{:?}", note.at, note.name, note.text, note.undo),
        Entry::Comment(comment) => comment.id.to_string(),
    }
}

#[component]
fn NoteView(org: String, note: Note, changed: Callback<()>) -> impl IntoView {
    let undo = note.undo.map(|batch| view! { <UndoForm org batch=batch.to_string() changed/> });
    view! {
        <li class="note">
            <bdi class="name">{note.name}</bdi>
            " "
            {note.text}
            " · "
            <Date at=note.at/>
            {undo}
        </li>
    }
}

/// Undoes a change that the member has just made.
#[component]
fn UndoForm(org: String, batch: String, changed: Callback<()>) -> impl IntoView {
    let action = FormAction::of::<Undo>();
    let feedback = FormFeedback::at(action, &batch);
    let (toasts, undone) = (Toasts::expect(), batch.parse().ok());
    Effect::new(move || {
        if let (Some(Ok(outcome)), Some(batch)) = (action.value().get(), undone) {
            toasts.undone(batch, outcome);
            changed.run(());
        }
    });
    view! {
        <AppForm action feedback class="undo">
            <input type="hidden" name="org" value=org/>
            <input type="hidden" name="batch" value=batch/>
            <button class="link" type="submit" disabled=action.pending()>
                "Undo"
            </button>
        </AppForm>
    }
}

#[component]
fn CommentView(
    org: String,
    task: String,
    comment: Memo<Comment>,
    may_write: bool,
    changed: Callback<()>,
) -> impl IntoView {
    let Comment { id, author, created_at, .. } = comment.get_untracked();
    let comment_ref = CommentRef { org, task, id: id.to_string(), changed };
    let is_deleted = Memo::new(move |_| comment.with(|comment| comment.is_deleted));
    let html = Memo::new(move |_| comment.with(|comment| comment.html.clone()));
    let text = move || {
        if is_deleted.get() {
            Either::Left(view! { <p class="muted">"This comment was deleted."</p> })
        } else {
            Either::Right(view! { <div class="prose" inner_html=html></div> })
        }
    };
    let edited_at = Memo::new(move |_| comment.with(|comment| comment.edited_at));
    let edited = EditedComment { org: comment_ref.org.clone(), task: comment_ref.task.clone(), id, edited_at };
    let is_open = edited.is_open();
    let history = {
        let edited = edited.clone();
        move || (is_open.get() && !is_deleted.get()).then(|| view! { <History comment=edited.clone()/> })
    };
    let body = Memo::new(move |_| comment.with(|comment| comment.body.clone()));
    let edit = {
        let comment_ref = comment_ref.clone();
        move || {
            let (comment_ref, body) = (comment_ref.clone(), body.get());
            // The form is rebuilt when the text changes, since a typed text is saved by then.
            move || body.clone().map(|body| view! { <EditForm comment_ref=comment_ref.clone() body/> })
        }
    };
    let may_delete = Memo::new(move |_| comment.with(|comment| comment.may_delete));
    let delete = {
        let comment_ref = comment_ref.clone();
        move || may_delete.get().then(|| view! { <DeleteForm comment_ref=comment_ref.clone()/> })
    };
    let given = Memo::new(move |_| comment.with(|comment| comment.reactions.clone()));
    let reactions = move || {
        (!is_deleted.get())
            .then(|| view! { <Reactions comment_ref=comment_ref.clone() reactions=given.get() may_write/> })
    };
    view! {
        <li class="comment" id=format!("comment-{id}")>
            <Avatar name=author.clone()/>
            <article class="card" aria-label=format!("Comment by {}", isolated(&author))>
                <header>
                    <bdi class="name">{author.clone()}</bdi>
                    " "
                    <Date at=created_at time=true/>
                    <Edited comment=edited is_open/>
                </header>
                {text}
                {history}
                <footer>{reactions} {edit} {delete}</footer>
            </article>
        </li>
    }
}

/// The comment that a form changes.
#[derive(Clone)]
struct CommentRef {
    org: String,
    task: String,
    id: String,
    changed: Callback<()>,
}

impl CommentRef {
    /// The hidden form fields that identify the comment.
    fn fields(self) -> impl IntoView {
        view! {
            <input type="hidden" name="org" value=self.org/>
            <input type="hidden" name="key" value=self.task/>
            <input type="hidden" name="comment" value=self.id/>
        }
    }
}

#[component]
fn EditForm(comment_ref: CommentRef, body: String) -> impl IntoView {
    let action = FormAction::of::<EditComment>();
    let feedback = FormFeedback::at(action, &comment_ref.id);
    let error = feedback.field("body");
    when_done(action, comment_ref.changed);
    let id = &comment_ref.id;
    let (id_attribute, label_for) = (format!("edit-{id}"), format!("edit-{id}"));
    let field = NodeRef::<Textarea>::new();
    view! {
        <details class="edit" open=feedback.is_retry()>
            <summary>"Edit"</summary>
            <AppForm action feedback>
                {comment_ref.fields()}
                <div class="field">
                    <label class="visually-hidden" for=label_for>
                        "Comment"
                    </label>
                    <Mentions field id=id_attribute.clone()>
                        <textarea class="input" dir="auto" id=id_attribute name="body" required node_ref=field>
                            {rcdata(feedback.typed("body", &body))}
                        </textarea>
                    </Mentions>
                    <p class="error">{error}</p>
                </div>
                <SubmitButton label="Save comment" pending=action.pending()/>
            </AppForm>
        </details>
    }
}

#[component]
fn DeleteForm(comment_ref: CommentRef) -> impl IntoView {
    let action = FormAction::of::<DeleteComment>();
    let feedback = FormFeedback::at(action, &comment_ref.id);
    when_done(action, comment_ref.changed);
    view! {
        <details class="delete">
            <summary>"Delete"</summary>
            <AppForm action feedback>
                {comment_ref.fields()}
                <p class="small">"This can’t be undone."</p>
                <button class="button danger" type="submit" disabled=action.pending()>
                    "Delete comment"
                </button>
            </AppForm>
        </details>
    }
}

#[component]
fn Reactions(comment_ref: CommentRef, reactions: Vec<Reaction>, may_write: bool) -> impl IntoView {
    let action = FormAction::of::<React>();
    let feedback = FormFeedback::at(action, &comment_ref.id);
    when_done(action, comment_ref.changed);
    let offered = REACTIONS.map(|emoji| {
        let found = reactions.iter().find(|reaction| reaction.emoji == emoji).cloned();
        let (count, names, is_yours) = found.map_or((0, String::new(), false), |reaction| {
            (reaction.people.len(), reaction.people.join(", "), reaction.is_yours)
        });
        let label = if count == 0 { format!("React with {emoji}") } else { format!("{emoji}, {count}: {names}") };
        view! {
            <button
                class="reaction"
                class:none=count == 0
                type="submit"
                name="emoji"
                value=emoji
                title=names
                aria-label=label
                aria-pressed=is_yours.to_string()
                disabled=!may_write
            >
                {emoji}
                {(count > 0).then(|| view! { <span class="count">{count}</span> })}
            </button>
        }
    });
    view! {
        <AppForm action feedback class="reactions">
            {comment_ref.fields()}
            {offered.collect_view()}
        </AppForm>
    }
}

#[component]
fn NewComment(address: StoredValue<(String, String)>, changed: Callback<()>) -> impl IntoView {
    let action = FormAction::of::<AddComment>();
    let feedback = FormFeedback::of(action);
    when_done(action, changed);
    let (org, key) = address.get_value();
    view! {
        <AppForm action feedback adds=true class="new-comment">
            <input type="hidden" name="org" value=org/>
            <input type="hidden" name="key" value=key/>
            <TextArea name="body" label="Add a comment" feedback/>
            // Not a primary button: the only primary button of the page saves the task.
            <button type="submit" class="button" disabled=action.pending()>
                "Comment"
            </button>
        </AppForm>
    }
}
