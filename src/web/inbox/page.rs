//! The inbox page.

use leptos::prelude::*;

use super::{
    entry::Entry,
    functions::{MarkAllRead, get_inbox},
};
use crate::{
    domain::inbox::{Inbox, InboxEntry, InboxTab},
    web::{
        live::refresh::keep_fresh,
        organization::current::CurrentOrganization,
        ui::{
            app_form::{AppForm, when_done},
            empty_state::EmptyState,
            form::FormFeedback,
            form_action::FormAction,
            keyed_list::KeyedList,
            page::{Crumb, Page},
            page_resource::PageResource,
            pager::{Pager, page_links},
            params::{path_params, query_params},
        },
    },
};

/// `/o/{org}/inbox`. The parameter `show` names the tab and `page` the page of the tab.
#[component]
pub fn InboxPage() -> impl IntoView {
    let (path, query) = (path_params(["org"]), query_params(["show", "page"]));
    let address = move || {
        let ([org], [show, page]) = (path(), query());
        (org, InboxTab::from_slug(&show), page.parse().unwrap_or(1))
    };
    let inbox = PageResource::new(address, |(org, tab, page)| get_inbox(org, tab, page));
    inbox.render_page(|inbox| view! { <InboxView inbox/> })
}

#[component]
fn InboxView(inbox: Inbox) -> impl IntoView {
    let current = CurrentOrganization::expect();
    let org = current.with_untracked(|shell| shell.organization.clone());
    let base = format!("/o/{}/inbox", org.slug);
    let crumbs = vec![Crumb::new(org.display_name, format!("/o/{}", org.slug))];
    let current_tab = inbox.tab;
    let inbox = RwSignal::new(inbox);
    let slug = org.slug.clone();
    let fetch = move || get_inbox(slug.clone(), current_tab, inbox.with_untracked(|inbox| inbox.page));
    let refresh = keep_fresh(inbox, |inbox| inbox.as_of, |event| event.tells_you, fetch);
    let changed = Callback::new(move |()| {
        refresh.run(());
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
                <KeyedList each=entries key=|entry: &InboxEntry| entry.task.to_string() children=row/>
            </ol>
            {pager}
        </Page>
    }
    .into_any()
}

#[component]
fn ReadAll(org: String, upto: Signal<i64>, changed: Callback<()>) -> impl IntoView {
    let action = FormAction::of::<MarkAllRead>();
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
        InboxTab::Unread => ("You’re all caught up", "New notifications appear here."),
        InboxTab::All => ("No notifications yet", "Mentions, assignments and changes to tasks you watch appear here."),
        InboxTab::Snoozed => ("No snoozed notifications", "Snooze a notification to hide it until later."),
        InboxTab::Archived => ("No archived notifications", "Archived notifications appear here."),
    };
    view! { <EmptyState title text/> }
}
