//! The inbox page.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    entry::Entry,
    functions::{MarkAllRead, get_inbox},
};
use crate::{
    domain::inbox::{Inbox, InboxEntry, InboxTab},
    web::{
        live::{
            feed::{Feed, FeedItem},
            refresh::refresh_data,
        },
        organization::current::CurrentOrganization,
        ui::{
            app_form::{AppForm, when_done},
            await_resource::await_resource,
            empty_state::EmptyState,
            error_page::ErrorPage,
            form::FormFeedback,
            keyed_list::KeyedList,
            page::{Crumb, Page},
            pager::{Pager, page_links},
        },
    },
};

/// `/o/{org}/inbox`. The parameter `show` names the tab and `page` the page of the tab.
#[component]
pub fn InboxPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let address = Memo::new(move |_| {
        let org = params.with(|params| params.get("org")).unwrap_or_default();
        let param = |name: &str| query.with(|query| query.get(name)).unwrap_or_default();
        (org, InboxTab::from_slug(&param("show")), param("page").parse().unwrap_or(1))
    });
    let inbox = Resource::new_blocking(move || address.get(), |(org, tab, page)| get_inbox(org, tab, page));
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match await_resource(inbox).await {
                    Ok(inbox) => view! { <InboxView inbox/> }.into_any(),
                    Err(error) => view! { <ErrorPage error/> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn InboxView(inbox: Inbox) -> impl IntoView {
    let current = CurrentOrganization::expect();
    let org = current.with_untracked(|shell| shell.organization.clone());
    let base = format!("/o/{}/inbox", org.slug);
    let crumbs = vec![Crumb::new(org.display_name, format!("/o/{}", org.slug))];
    let (current_tab, as_of) = (inbox.tab, inbox.as_of);
    let inbox = RwSignal::new(inbox);
    let slug = StoredValue::new(org.slug.clone());
    let refresh = move || {
        let page = inbox.try_with_untracked(|inbox| inbox.page);
        if let Some((org, page)) = slug.try_get_value().zip(page) {
            refresh_data(inbox, |inbox| inbox.as_of, get_inbox(org, current_tab, page));
        }
    };
    Feed::expect().subscribe(as_of, move |item| {
        let is_relevant = match item {
            FeedItem::Event(event) => event.tells_you,
            FeedItem::Reset => true,
        };
        if is_relevant {
            refresh();
        }
    });
    let changed = Callback::new(move |()| {
        refresh();
        current.reload();
    });
    let tabs = InboxTab::ALL.map(|tab| {
        let href = if tab == InboxTab::default() { base.clone() } else { format!("{base}?show={}", tab.slug()) };
        let unread = (tab == InboxTab::Unread).then_some(move || {
            let unread = current.with(|shell| shell.unread);
            (unread > 0).then(|| view! { <span class="count">{unread}</span> })
        });
        view! {
            <li>
                <a class="tab" href=href aria-current=(tab == current_tab).then_some("page")>
                    {tab.label()}
                    {unread}
                </a>
            </li>
        }
    });
    let entries = Memo::new(move |_| inbox.with(|inbox| inbox.entries.clone()));
    let is_empty = move || entries.with(Vec::is_empty);
    let may_read_all = Memo::new(move |_| {
        matches!(current_tab, InboxTab::Unread | InboxTab::All)
            && entries.with(|entries| entries.iter().any(|entry| entry.is_unread))
    });
    let (slug, upto) = (org.slug.clone(), Signal::derive(move || inbox.with(|inbox| inbox.as_of)));
    let read_all = move || may_read_all.get().then(|| view! { <ReadAll org=slug.clone() upto changed/> });
    let row = move |entry| view! { <Entry org=org.slug.clone() tab=current_tab entry changed/> };
    let position = Memo::new(move |_| inbox.with(|inbox| (inbox.page, inbox.has_more)));
    let pager = move || {
        let (page, has_more) = position.get();
        let (before, after, shown) =
            page_links(page, has_more, |page| format!("{base}?show={}&page={page}", current_tab.slug()));
        view! { <Pager before after shown newer="Newer" older="Older"/> }
    };
    view! {
        <Page heading="Inbox" crumbs>
            <div class="tabs-line">
                <nav aria-label="Inbox">
                    <ul class="tabs">{tabs.collect_view()}</ul>
                </nav>
                {read_all}
            </div>
            <Show when=is_empty>
                <EmptyTab tab=current_tab/>
            </Show>
            <ol class="card inbox" hidden=is_empty>
                <KeyedList each=entries key=|entry: &InboxEntry| entry.task.clone() children=row/>
            </ol>
            {pager}
        </Page>
    }
    .into_any()
}

#[component]
fn ReadAll(org: String, upto: Signal<i64>, changed: Callback<()>) -> impl IntoView {
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

/// The hint in an empty tab.
#[component]
fn EmptyTab(tab: InboxTab) -> impl IntoView {
    let (title, text) = match tab {
        InboxTab::Unread => (
            "You are up to date",
            "When somebody mentions you, gives you a task, or changes one that you watch, it appears here.",
        ),
        InboxTab::All => (
            "Nothing has happened yet",
            "Write @ and a name in a comment and that person is told here. So is whoever is given a task or watches it.",
        ),
        InboxTab::Snoozed => {
            ("Nothing is snoozed", "Snooze what can wait: it leaves the inbox and comes back when its time has come.")
        }
        InboxTab::Archived => ("Nothing is archived", "Archive what is settled. It stays here, to be found again."),
    };
    view! { <EmptyState title text/> }
}
