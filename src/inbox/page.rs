//! The page of the inbox.

use leptos::{either::Either, prelude::*};
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    entry::Entry,
    functions::{MarkAllRead, get_inbox},
    model::{Inbox, Shelf},
};
use crate::{
    live::feed::{Feed, Heard},
    organizations::current::CurrentWorkspace,
    ui::{
        app_form::{AppForm, when_done},
        empty_state::EmptyState,
        error_page::ErrorPage,
        form::FormFeedback,
        loaded::loaded,
        page::{Crumb, Page},
        pager::{Pager, around},
    },
};

/// `/o/{org}/inbox`: what the reader is told; `?show=` names a shelf of it, `?page=` a page of that.
#[component]
pub fn InboxPage() -> impl IntoView {
    let current = CurrentWorkspace::expect();
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| {
        let org = params.with(|params| params.get("org")).unwrap_or_default();
        let named = |name: &str| query.with(|query| query.get(name)).unwrap_or_default();
        (org, Shelf::named(&named("show")), named("page").parse().unwrap_or(1))
    });
    let inbox = Resource::new_blocking(move || asked.get(), |(org, shelf, page)| get_inbox(org, shelf, page));
    Feed::expect().listen(current.with_untracked(|workspace| workspace.as_of), move |heard| {
        let is_news = match heard {
            Heard::Event(event) => event.tells_you,
            Heard::Reset => true,
        };
        if is_news {
            inbox.refetch();
        }
    });
    let changed = Callback::new(move |()| {
        inbox.refetch();
        current.reload();
    });
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match loaded(inbox).await {
                    Ok(inbox) => view! { <InboxView inbox changed/> }.into_any(),
                    Err(error) => view! { <ErrorPage error/> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn InboxView(inbox: Inbox, changed: Callback<()>) -> impl IntoView {
    let current = CurrentWorkspace::expect();
    let org = current.with_untracked(|workspace| workspace.organization.clone());
    let base = format!("/o/{}/inbox", org.slug);
    let crumbs = vec![Crumb::new(org.display_name, format!("/o/{}", org.slug))];
    let Inbox { shelf, entries, page, has_more, as_of } = inbox;
    let tabs = Shelf::ALL.map(|one| {
        let href = if one == Shelf::default() { base.clone() } else { format!("{base}?show={}", one.slug()) };
        let unread = (one == Shelf::Unread).then_some(move || {
            let unread = current.with(|workspace| workspace.unread);
            (unread > 0).then(|| view! { <span class="count">{unread}</span> })
        });
        view! {
            <li>
                <a class="tab" href=href aria-current=(one == shelf).then_some("page")>
                    {one.label()}
                    {unread}
                </a>
            </li>
        }
    });
    let may_read_all = entries.iter().any(|entry| entry.is_unread) && matches!(shelf, Shelf::Unread | Shelf::All);
    let (before, after, shown) = around(page, has_more, |page| format!("{base}?show={}&page={page}", shelf.slug()));
    let read_all = may_read_all.then(|| view! { <ReadAll org=org.slug.clone() upto=as_of changed/> });
    let list = if entries.is_empty() {
        Either::Left(view! { <Nothing shelf/> })
    } else {
        let entries = entries.into_iter().map(|entry| view! { <Entry org=org.slug.clone() shelf entry changed/> });
        Either::Right(view! { <ol class="card inbox">{entries.collect_view()}</ol> })
    };
    view! {
        <Page heading="Inbox" crumbs>
            <div class="tabs-line">
                <nav aria-label="Inbox">
                    <ul class="tabs">{tabs.collect_view()}</ul>
                </nav>
                {read_all}
            </div>
            {list}
            <Pager before after shown newer="Newer" older="Older"/>
        </Page>
    }
    .into_any()
}

#[component]
fn ReadAll(org: String, upto: i64, changed: Callback<()>) -> impl IntoView {
    let action = ServerAction::<MarkAllRead>::new();
    let feedback = FormFeedback::of(action);
    when_done(action, changed);
    view! {
        <AppForm action feedback>
            <input type="hidden" name="org" value=org/>
            <input type="hidden" name="upto" value=upto/>
            <button type="submit" class="button" disabled=action.pending()>
                "Mark all as read"
            </button>
        </AppForm>
    }
    .into_any()
}

/// What belongs on a shelf, told where there is nothing on it.
#[component]
fn Nothing(shelf: Shelf) -> impl IntoView {
    let (title, text) = match shelf {
        Shelf::Unread => (
            "You are up to date",
            "When somebody mentions you, gives you a task, or changes one that you watch, it appears here.",
        ),
        Shelf::All => (
            "Nothing has happened yet",
            "Write @ and a name in a comment and that person is told here. So is whoever is given a task or watches it.",
        ),
        Shelf::Snoozed => {
            ("Nothing is snoozed", "Snooze what can wait: it leaves the inbox and comes back when its time has come.")
        }
        Shelf::Archived => ("Nothing is archived", "Archive what is settled. It stays here, to be found again."),
    };
    view! { <EmptyState title text/> }
}
