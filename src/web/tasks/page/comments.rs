//! What was said about a task and what happened to it.

use leptos::{
    either::Either,
    html::{Details, Textarea},
    prelude::*,
};

use crate::{
    domain::tasks::{
        TaskDetail,
        activity::{Comment, Entry, Note, REACTIONS, Reaction},
    },
    web::{
        live::feed::{Feed, Heard},
        tasks::{
            functions::{AddComment, DeleteComment, EditComment, React, Undo, get_activity},
            toast::Toasts,
        },
        ui::{
            app_form::{AppForm, SubmitButton, when_done},
            avatar::Avatar,
            await_resource::await_resource,
            date::Date,
            draft::Draft,
            field::TextArea,
            form::FormFeedback,
            keyed_list::KeyedList,
            mention::Mentions,
            rcdata::rcdata,
        },
    },
};

/// The history of a task and the form to add to it.
#[component]
pub fn Activity(
    org: String,
    task: RwSignal<TaskDetail>,
    /// Whether the reader may comment.
    may_write: bool,
) -> impl IntoView {
    let (key, as_of) = task.with_untracked(|task| (task.key.clone(), task.as_of));
    let address = StoredValue::new((org.clone(), key.to_string()));
    let entries = Resource::new_blocking(move || address.get_value(), |(org, key)| get_activity(org, key));
    let shown = RwSignal::new(None::<Vec<Entry>>);
    let name = key.to_string();
    Feed::expect().listen(as_of, move |heard| {
        let concerns = match heard {
            Heard::Event(event) => event.project == key.project && event.task == Some(key.number),
            Heard::Reset => true,
        };
        if concerns {
            reload(address, shown);
        }
    });
    view! {
        <section class="activity" aria-labelledby="activity-heading">
            <h2 id="activity-heading">"Activity"</h2>
            <Transition>
                {move || {
                    let (org, name) = (org.clone(), name.clone());
                    Suspend::new(async move {
                        let first = await_resource(entries).await.unwrap_or_default();
                        let entries = Signal::derive(move || shown.get().unwrap_or_else(|| first.clone()));
                        let changed = Callback::new(move |()| reload(address, shown));
                        let row = move |entry: Memo<Entry>| match entry.get_untracked() {
                            Entry::Note(note) => Either::Left(view! { <NoteView org=org.clone() note changed/> }),
                            Entry::Comment(first) => {
                                let comment = Memo::new(move |_| match entry.get() {
                                    Entry::Comment(comment) => comment,
                                    Entry::Note(_) => first.clone(),
                                });
                                Either::Right(view! {
                                    <CommentView org=org.clone() task=name.clone() comment may_write changed/>
                                })
                            }
                        };
                        view! {
                            <ol class="entries">
                                <KeyedList each=entries key=identity children=row/>
                            </ol>
                        }
                    })
                }}
            </Transition>
            {may_write.then(|| view! { <NewComment address changed=Callback::new(move |()| reload(address, shown))/> })}
        </section>
    }
}

fn reload(address: StoredValue<(String, String)>, shown: RwSignal<Option<Vec<Entry>>>) {
    let Some((org, key)) = address.try_get_value() else { return };
    leptos::task::spawn_local(async move {
        // What cannot be had stays as it is.
        if let Ok(entries) = get_activity(org, key).await {
            shown.try_set(Some(entries));
        }
    });
}

/// A note is shown anew when anything about it has changed.
fn identity(entry: &Entry) -> String {
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
            <span class="name">{note.name}</span>
            " "
            {note.text}
            " · "
            <Date at=note.at/>
            {undo}
        </li>
    }
}

/// Takes back what the reader has just done.
#[component]
fn UndoForm(org: String, batch: String, changed: Callback<()>) -> impl IntoView {
    let action = ServerAction::<Undo>::new();
    let feedback = FormFeedback::of(action);
    let toasts = Toasts::expect();
    Effect::new(move || {
        if let Some(Ok(again)) = action.value().get() {
            toasts.done("Undone", again);
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
    let about = About { org, task, id: id.to_string(), changed };
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
    let edited = move || edited_at.get().map(|at| view! { <span class="muted">" · edited " <Date at/></span> });
    let body = Memo::new(move |_| comment.with(|comment| comment.body.clone()));
    let edit = {
        let about = about.clone();
        move || {
            let (about, body) = (about.clone(), body.get());
            // Anew with the text: what was typed is saved by then.
            move || body.clone().map(|body| view! { <EditForm about=about.clone() body/> })
        }
    };
    let may_delete = Memo::new(move |_| comment.with(|comment| comment.may_delete));
    let delete = {
        let about = about.clone();
        move || may_delete.get().then(|| view! { <DeleteForm about=about.clone()/> })
    };
    let given = Memo::new(move |_| comment.with(|comment| comment.reactions.clone()));
    let reactions =
        move || (!is_deleted.get()).then(|| view! { <Reactions about=about.clone() reactions=given.get() may_write/> });
    view! {
        <li class="comment" id=format!("comment-{id}")>
            <Avatar name=author.clone()/>
            <article class="card" aria-label=format!("Comment by {author}")>
                <header>
                    <span class="name">{author.clone()}</span>
                    " "
                    <Date at=created_at time=true/>
                    {edited}
                </header>
                {text}
                <footer>{reactions} {edit} {delete}</footer>
            </article>
        </li>
    }
}

/// What a form of a comment is about.
#[derive(Clone)]
struct About {
    org: String,
    task: String,
    id: String,
    changed: Callback<()>,
}

impl About {
    /// The fields that name it.
    fn fields(self) -> impl IntoView {
        view! {
            <input type="hidden" name="org" value=self.org/>
            <input type="hidden" name="key" value=self.task/>
            <input type="hidden" name="comment" value=self.id/>
        }
    }
}

#[component]
fn EditForm(about: About, body: String) -> impl IntoView {
    let action = ServerAction::<EditComment>::new();
    let feedback = FormFeedback::of(action);
    let wrong = feedback.field("body");
    when_done(action, about.changed);
    let id = &about.id;
    let (control, labelled) = (format!("edit-{id}"), format!("edit-{id}"));
    let (details, field) = (NodeRef::<Details>::new(), NodeRef::<Textarea>::new());
    let draft = Draft::of(&format!("comment:{id}")).on_change(move |kept| {
        if let Some(details) = details.get_untracked() {
            details.set_open(kept.is_some());
        }
    });
    view! {
        <details class="edit" open=feedback.is_retry() node_ref=details>
            <summary>"Edit"</summary>
            <AppForm action feedback draft>
                {about.fields()}
                <div class="field">
                    <label class="unseen" for=labelled>
                        "Comment"
                    </label>
                    <Mentions field id=control.clone()>
                        <textarea class="input" id=control name="body" required node_ref=field>
                            {rcdata(feedback.typed("body", &body))}
                        </textarea>
                    </Mentions>
                    <p class="error">{wrong}</p>
                </div>
                <SubmitButton label="Save comment" pending=action.pending()/>
            </AppForm>
        </details>
    }
}

#[component]
fn DeleteForm(about: About) -> impl IntoView {
    let action = ServerAction::<DeleteComment>::new();
    let feedback = FormFeedback::of(action);
    when_done(action, about.changed);
    view! {
        <details class="delete">
            <summary>"Delete"</summary>
            <AppForm action feedback>
                {about.fields()}
                <p class="small">"It can’t be brought back."</p>
                <button class="button danger" type="submit" disabled=action.pending()>
                    "Delete comment"
                </button>
            </AppForm>
        </details>
    }
}

#[component]
fn Reactions(about: About, reactions: Vec<Reaction>, may_write: bool) -> impl IntoView {
    let action = ServerAction::<React>::new();
    let feedback = FormFeedback::of(action);
    when_done(action, about.changed);
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
            {about.fields()}
            {offered.collect_view()}
        </AppForm>
    }
}

#[component]
fn NewComment(address: StoredValue<(String, String)>, changed: Callback<()>) -> impl IntoView {
    let action = ServerAction::<AddComment>::new();
    let feedback = FormFeedback::of(action);
    let field = NodeRef::<Textarea>::new();
    when_done(action, changed);
    Effect::new(move || {
        if let (Some(Ok(())), Some(field)) = (action.value().get(), field.get_untracked()) {
            field.set_value("");
        }
    });
    let (org, key) = address.get_value();
    let draft = Draft::of(&format!("{key}:comment"));
    view! {
        <AppForm action feedback draft class="new-comment">
            <input type="hidden" name="org" value=org/>
            <input type="hidden" name="key" value=key/>
            <TextArea name="body" label="Add a comment" feedback node_ref=field/>
            // The page's one primary button saves the task.
            <button type="submit" class="button" disabled=action.pending()>
                "Comment"
            </button>
        </AppForm>
    }
}
