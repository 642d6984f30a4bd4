//! An inbox entry: the notifications about one task, and their actions.

use leptos::{either::EitherOf3, prelude::*, task::spawn_local};

use super::functions::{ArchiveNews, MarkRead, Snooze as SnoozeNews, mark_read};
use crate::{
    domain::inbox::{InboxEntry, InboxTab, News, Snooze},
    web::{
        organization::current::CurrentOrganization,
        tasks::summary::parts,
        ui::{
            app_form::{AppForm, when_done},
            avatar::Avatar,
            date::Date,
            form::FormFeedback,
            form_action::FormAction,
            markup::{Html, render},
        },
    },
};

/// An entry of the inbox.
#[component]
pub(super) fn Entry(org: String, tab: InboxTab, entry: Memo<InboxEntry>, changed: Callback<()>) -> impl IntoView {
    let key = entry.with_untracked(|entry| entry.task.to_string());
    let upto = Memo::new(move |_| entry.with(|entry| entry.upto));
    let is_unread = Memo::new(move |_| entry.with(|entry| entry.is_unread));
    let (href, shown_key) = (format!("/o/{org}/tasks/{key}"), Html::of_text(&key));
    let subject = FormSubject { org, key, upto, changed };
    let actions_subject = subject.clone();
    let actions = view! { <Actions subject=actions_subject tab is_unread/> };
    let current = CurrentOrganization::expect();
    // Opening the task marks its notifications as read.
    let mark_opened = move |_| {
        if !is_unread.get_untracked() {
            return;
        }
        let (FormSubject { org, key, .. }, upto) = (subject.clone(), upto.get_untracked());
        spawn_local(async move {
            // If the request fails, the entry stays unread.
            if mark_read(org, key, upto, true).await.is_ok() {
                current.reload();
            }
        });
    };
    let state = move || {
        let category = entry.with(|entry| entry.category);
        render(|html| parts::state(html, category, category.name()))
    };
    let name = move || {
        entry.with(|entry| render(|html| parts::name(html, &shown_key, &entry.title, entry.category.is_done())))
    };
    let reason = move || entry.with(|entry| entry.reason.label());
    let snoozed = move || {
        let until = entry.with(|entry| entry.snoozed_until).filter(|_| tab == InboxTab::Snoozed);
        until.map(|until| view! { <span class="badge">"Until " <Date at=until time=true/></span> })
    };
    let news = move || entry.get().news.into_iter().map(|news| view! { <NewsLine news/> }).collect_view();
    let more = move || {
        let more = match entry.with(|entry| entry.more) {
            0 => return None,
            1 => "and 1 more update".to_owned(),
            more => format!("and {more} more updates"),
        };
        Some(view! { <p class="muted small">{more}</p> })
    };
    view! {
        <li class="inbox-entry" class:unread=is_unread>
            <span class="state" inner_html=state></span>
            <div class="what">
                <p class="head">
                    <span on:click=mark_opened>
                        <a href=href class="title" inner_html=name></a>
                    </span>
                    {move || is_unread.get().then(|| view! { <span class="dot"><span class="visually-hidden">"Unread"</span></span> })}
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
                {name.map(|name| view! { <bdi class="name">{name}</bdi> " " })}
                {text}
                " · "
                <Date at time=true/>
                {quote.map(|quote| view! { <q dir="auto">{quote}</q> })}
            </span>
        </li>
    }
}

/// The task that an entry's forms act on.
#[derive(Clone)]
struct FormSubject {
    org: String,
    key: String,
    upto: Memo<i64>,
    changed: Callback<()>,
}

impl FormSubject {
    /// Renders the hidden fields that every form sends.
    fn hidden_fields(&self) -> impl IntoView + use<> {
        let Self { org, key, upto, .. } = self.clone();
        view! {
            <input type="hidden" name="org" value=org/>
            <input type="hidden" name="key" value=key/>
            <input type="hidden" name="upto" value=upto/>
        }
    }
}

#[component]
fn Actions(subject: FormSubject, tab: InboxTab, is_unread: Memo<bool>) -> impl IntoView {
    let archive = |archived| view! { <ArchiveForm subject=subject.clone() archived/> };
    let forms = match tab {
        InboxTab::Unread | InboxTab::All => EitherOf3::A(view! {
            <ReadForm subject=subject.clone() is_unread/>
            <SnoozeForm subject=subject.clone()/>
            {archive(true)}
        }),
        InboxTab::Snoozed => EitherOf3::B(view! {
            <WakeForm subject=subject.clone()/>
            {archive(true)}
        }),
        InboxTab::Archived => EitherOf3::C(archive(false)),
    };
    view! { <div class="actions">{forms}</div> }.into_any()
}

#[component]
fn ReadForm(subject: FormSubject, is_unread: Memo<bool>) -> impl IntoView {
    let action = FormAction::of::<MarkRead>();
    let feedback = FormFeedback::at(action, &subject.key);
    when_done(action, subject.changed);
    view! {
        <AppForm action feedback>
            {subject.hidden_fields()}
            <input type="hidden" name="read" value=move || is_unread.get().to_string()/>
            <button type="submit" class="button quiet" disabled=action.pending()>
                {move || if is_unread.get() { "Mark as read" } else { "Mark as unread" }}
            </button>
        </AppForm>
    }
    .into_any()
}

#[component]
fn SnoozeForm(subject: FormSubject) -> impl IntoView {
    let action = FormAction::of::<SnoozeNews>();
    let feedback = FormFeedback::at(action, &subject.key);
    when_done(action, subject.changed);
    let label = format!("Snooze {}", subject.key);
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
                {subject.hidden_fields()}
                {buttons.collect_view()}
            </AppForm>
        </details>
    }
    .into_any()
}

/// The form that returns a snoozed entry to the inbox.
#[component]
fn WakeForm(subject: FormSubject) -> impl IntoView {
    let action = FormAction::of::<SnoozeNews>();
    let feedback = FormFeedback::at(action, &subject.key);
    when_done(action, subject.changed);
    view! {
        <AppForm action feedback>
            {subject.hidden_fields()}
            <button type="submit" class="button quiet" disabled=action.pending()>
                "Unsnooze"
            </button>
        </AppForm>
    }
    .into_any()
}

#[component]
fn ArchiveForm(subject: FormSubject, archived: bool) -> impl IntoView {
    let action = FormAction::of::<ArchiveNews>();
    let feedback = FormFeedback::at(action, &subject.key);
    when_done(action, subject.changed);
    view! {
        <AppForm action feedback>
            {subject.hidden_fields()}
            <input type="hidden" name="archived" value=archived.to_string()/>
            <button type="submit" class="button quiet" disabled=action.pending()>
                {if archived { "Archive" } else { "Unarchive" }}
            </button>
        </AppForm>
    }
    .into_any()
}
