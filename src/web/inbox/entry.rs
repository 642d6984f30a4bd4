//! What is told of one task, and what can be done with it.

use leptos::{context::Provider, either::EitherOf3, prelude::*, task::spawn_local};
use leptos_router::components::A;

use super::functions::{ArchiveNews, MarkRead, Snooze as SnoozeNews, mark_read};
use crate::{
    domain::inbox::{InboxEntry, InboxTab, News, Snooze},
    web::{
        organization::current::CurrentOrganization,
        projects::state_mark::StateMark,
        ui::{
            app_form::{AppForm, when_done},
            avatar::Avatar,
            date::Date,
            form::{FormFeedback, FormRetry},
        },
    },
};

/// An entry of the inbox.
#[component]
pub fn Entry(org: String, shelf: InboxTab, entry: Memo<InboxEntry>, changed: Callback<()>) -> impl IntoView {
    let key = entry.with_untracked(|entry| entry.task.to_string());
    // The entries share their server functions: what went wrong belongs to the entry that it went wrong in.
    let retry = use_context::<Option<FormRetry>>().flatten();
    let own = retry.filter(|retry| retry.fields.get("key") == Some(&key));
    let upto = Memo::new(move |_| entry.with(|entry| entry.upto));
    let is_unread = Memo::new(move |_| entry.with(|entry| entry.is_unread));
    let href = format!("/o/{org}/tasks/{key}");
    let about = About { org, key: key.clone(), upto, changed };
    let acting = about.clone();
    let actions = view! {
        <Provider value=own>
            <Actions about=acting shelf is_unread/>
        </Provider>
    };
    let current = CurrentOrganization::expect();
    // Whoever opens the task has read what is told of it.
    let opened = move |_| {
        if !is_unread.get_untracked() {
            return;
        }
        let (About { org, key, .. }, upto) = (about.clone(), upto.get_untracked());
        spawn_local(async move {
            // What cannot be marked stays unread.
            if mark_read(org, key, upto, true).await.is_ok() {
                current.reload();
            }
        });
    };
    let category = Memo::new(move |_| entry.with(|entry| entry.category));
    let title = move || entry.with(|entry| entry.title.clone());
    let reason = move || entry.with(|entry| entry.reason.label());
    let snoozed = move || {
        let until = entry.with(|entry| entry.snoozed_until).filter(|_| shelf == InboxTab::Snoozed);
        until.map(|until| view! { <span class="badge">"Until " <Date at=until time=true/></span> })
    };
    let news = move || entry.get().news.into_iter().map(|news| view! { <NewsLine news/> }).collect_view();
    let more = move || {
        let more = match entry.with(|entry| entry.more) {
            0 => return None,
            1 => "and one more thing".to_owned(),
            more => format!("and {more} more things"),
        };
        Some(view! { <p class="muted small">{more}</p> })
    };
    view! {
        <li class="inbox-entry" class:unread=is_unread>
            {move || view! { <StateMark category=category.get()/> }}
            <div class="what">
                <p class="head">
                    <span on:click=opened>
                        <A href=href attr:class="title">
                            <span class="key">{key}</span>
                            " "
                            {title}
                        </A>
                    </span>
                    {move || is_unread.get().then(|| view! { <span class="dot"><span class="unseen">"Unread"</span></span> })}
                    <span class="badge">{reason}</span>
                    {snoozed}
                </p>
                <ul class="news">{news}</ul>
                {more}
            </div>
            {actions}
        </li>
    }
    .into_any()
}

#[component]
fn NewsLine(news: News) -> impl IntoView {
    let News { at, name, text, quote, .. } = news;
    let face = name.clone().map(|name| view! { <Avatar name/> });
    view! {
        <li>
            {face}
            <span class="line">
                {name.map(|name| view! { <span class="name">{name} " "</span> })}
                {text}
                " · "
                <Date at time=true/>
                {quote.map(|quote| view! { <q>{quote}</q> })}
            </span>
        </li>
    }
}

/// What a form of an entry is about.
#[derive(Clone)]
struct About {
    org: String,
    key: String,
    upto: Memo<i64>,
    changed: Callback<()>,
}

impl About {
    /// The fields that name it.
    fn fields(&self) -> impl IntoView + use<> {
        let Self { org, key, upto, .. } = self.clone();
        view! {
            <input type="hidden" name="org" value=org/>
            <input type="hidden" name="key" value=key/>
            <input type="hidden" name="upto" value=upto/>
        }
    }
}

#[component]
fn Actions(about: About, shelf: InboxTab, is_unread: Memo<bool>) -> impl IntoView {
    let archive = |archived| view! { <ArchiveForm about=about.clone() archived/> };
    let forms = match shelf {
        InboxTab::Unread | InboxTab::All => EitherOf3::A(view! {
            <ReadForm about=about.clone() read=is_unread/>
            <SnoozeForm about=about.clone()/>
            {archive(true)}
        }),
        InboxTab::Snoozed => EitherOf3::B(view! {
            <WakeForm about=about.clone()/>
            {archive(true)}
        }),
        InboxTab::Archived => EitherOf3::C(archive(false)),
    };
    view! { <div class="actions">{forms}</div> }.into_any()
}

#[component]
fn ReadForm(about: About, read: Memo<bool>) -> impl IntoView {
    let action = ServerAction::<MarkRead>::new();
    let feedback = FormFeedback::of(action);
    when_done(action, about.changed);
    view! {
        <AppForm action feedback>
            {about.fields()}
            <input type="hidden" name="read" value=move || read.get().to_string()/>
            <button type="submit" class="button quiet" disabled=action.pending()>
                {move || if read.get() { "Mark as read" } else { "Mark as unread" }}
            </button>
        </AppForm>
    }
    .into_any()
}

#[component]
fn SnoozeForm(about: About) -> impl IntoView {
    let action = ServerAction::<SnoozeNews>::new();
    let feedback = FormFeedback::of(action);
    when_done(action, about.changed);
    let label = format!("Snooze {}", about.key);
    let buttons = Snooze::ALL.map(|until| {
        view! {
            <button type="submit" class="button quiet" name="until" value=until.slug() disabled=action.pending()>
                {until.label()}
            </button>
        }
    });
    view! {
        <details class="snooze" open=feedback.is_retry()>
            <summary class="button quiet" aria-label=label>
                "Snooze"
            </summary>
            <AppForm action feedback>
                {about.fields()}
                {buttons.collect_view()}
            </AppForm>
        </details>
    }
    .into_any()
}

/// Brings back what was put off.
#[component]
fn WakeForm(about: About) -> impl IntoView {
    let action = ServerAction::<SnoozeNews>::new();
    let feedback = FormFeedback::of(action);
    when_done(action, about.changed);
    view! {
        <AppForm action feedback>
            {about.fields()}
            <button type="submit" class="button quiet" disabled=action.pending()>
                "Bring back"
            </button>
        </AppForm>
    }
    .into_any()
}

#[component]
fn ArchiveForm(about: About, archived: bool) -> impl IntoView {
    let action = ServerAction::<ArchiveNews>::new();
    let feedback = FormFeedback::of(action);
    when_done(action, about.changed);
    view! {
        <AppForm action feedback>
            {about.fields()}
            <input type="hidden" name="archived" value=archived.to_string()/>
            <button type="submit" class="button quiet" disabled=action.pending()>
                {if archived { "Archive" } else { "Take out" }}
            </button>
        </AppForm>
    }
    .into_any()
}
