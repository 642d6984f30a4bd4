//! The client of an organization's event stream, shared by all components of a page.
//!
//! The stream also carries presence: it tells the server which board or task is open, and who else has it open.
//!
//! All windows of a browser share one connection for each organization (`live-worker.js`), because browsers allow few
//! connections to one host. A hidden page does not listen; when it becomes visible, it resumes after the last event. Recent events are buffered, so that a component that is still loading its data misses none.

use std::{collections::VecDeque, rc::Rc, time::Duration};

use leptos::{leptos_dom::helpers::set_timeout, prelude::*, task::spawn_local};
use send_wrapper::SendWrapper;

use super::connection::{Connection, StreamItem};
use crate::{
    domain::{
        errors::AppError,
        live::{Ended, LiveEvent, Present},
    },
    web::{organization::functions::get_organization_shell, ui::early::SIGNED_OUT},
};

/// The number of events buffered for components that are still loading.
const RECENT_MAX: usize = 200;

/// The delay before reconnecting after the server refused the stream.
const RETRY_DELAY: Duration = Duration::from_secs(5);

/// An item of the feed.
#[derive(Clone, Debug)]
pub enum FeedItem {
    Event(Box<LiveEvent>),
    /// Events were missed: listeners must load their data again.
    Reset,
}

/// The event feed of an organization.
#[derive(Clone, Copy)]
pub struct Feed {
    /// The organization's slug.
    org: StoredValue<String>,
    /// The key of the project or task whose page is open.
    page: StoredValue<Option<String>>,
    /// The other people who have the same page open.
    others: RwSignal<Vec<Present>>,
    connection: StoredValue<Option<SendWrapper<Connection>>>,
    listeners: StoredValue<Vec<Listener>>,
    recent: StoredValue<VecDeque<LiveEvent>>,
    /// The number of the last event received.
    last: StoredValue<i64>,
    ended: RwSignal<Option<Ended>>,
    is_lost: RwSignal<bool>,
}

#[derive(Clone, Copy)]
struct Listener {
    id: u32,
    on_item: Callback<FeedItem>,
}

impl Feed {
    /// Provides the feed of the organization with the slug `org` as context. It begins after the event number `after`.
    pub fn provide(org: &str, after: i64) -> Self {
        let feed = Self {
            org: StoredValue::new(org.to_owned()),
            page: StoredValue::new(None),
            others: RwSignal::new(Vec::new()),
            connection: StoredValue::new(None),
            listeners: StoredValue::new(Vec::new()),
            recent: StoredValue::new(VecDeque::new()),
            last: StoredValue::new(after),
            ended: RwSignal::new(None),
            is_lost: RwSignal::new(false),
        };
        provide_context(feed);
        // Effects run in the browser only.
        Effect::new(move || {
            feed.schedule_update();
            let visibility = window_event_listener_untyped("visibilitychange", move |_| feed.update_connection());
            let offline = window_event_listener_untyped("offline", move |_| _ = feed.is_lost.try_set(true));
            let signed_out = window_event_listener_untyped(SIGNED_OUT, move |_| feed.end(Ended::SignedOut));
            let online = window_event_listener_untyped("online", move |_| feed.on_online());
            on_cleanup(move || {
                for handle in [visibility, offline, online, signed_out] {
                    handle.remove();
                }
            });
        });
        on_cleanup(move || feed.disconnect());
        feed
    }

    /// Returns the feed from the context.
    ///
    /// # Panics
    ///
    /// If called outside the app shell.
    #[must_use]
    pub fn expect() -> Self {
        use_context().expect("the app shell provides the feed")
    }

    /// Calls `on_item` for every item after the event number `after`, until the calling component is unmounted.
    pub fn subscribe(self, after: i64, on_item: impl Fn(&FeedItem) + Send + Sync + 'static) {
        let on_item = Callback::new(move |item: FeedItem| match &item {
            FeedItem::Event(event) if event.number <= after => {}
            item => on_item(item),
        });
        let own: StoredValue<Option<u32>> = StoredValue::new(None);
        Effect::new(move || {
            for event in self.recent.get_value() {
                on_item.run(FeedItem::Event(Box::new(event)));
            }
            let id = self.listeners.try_update_value(|listeners| {
                let id = listeners.last().map_or(0, |listener| listener.id + 1);
                listeners.push(Listener { id, on_item });
                id
            });
            own.set_value(id);
        });
        on_cleanup(move || {
            let own = own.try_get_value().flatten();
            self.listeners.try_update_value(|listeners| listeners.retain(|listener| Some(listener.id) != own));
        });
    }

    /// Calls `refresh` after every event that `is_affected` accepts, and after missed events. Otherwise like [`Feed::subscribe`].
    pub fn refresh_on(
        self,
        after: i64,
        is_affected: impl Fn(&LiveEvent) -> bool + Send + Sync + 'static,
        refresh: impl Fn() + Send + Sync + 'static,
    ) {
        self.subscribe(after, move |item| {
            let is_affected = match item {
                FeedItem::Event(event) => is_affected(event),
                FeedItem::Reset => true,
            };
            if is_affected {
                refresh();
            }
        });
    }

    /// Returns why the person's access has ended, if it has.
    #[must_use]
    pub fn ended(self) -> Signal<Option<Ended>> {
        self.ended.into()
    }

    /// Whether the connection is lost.
    #[must_use]
    pub fn is_lost(self) -> Signal<bool> {
        self.is_lost.into()
    }

    /// Announces that the page of the project or task `key` is open, until the calling component is unmounted.
    pub fn announce_page(self, key: String) {
        let own = key.clone();
        Effect::new(move || self.set_page(Some(key.clone())));
        on_cleanup(move || {
            if self.page.try_with_value(|page| page.as_deref() == Some(&own)) == Some(true) {
                self.set_page(None);
            }
        });
    }

    /// Returns the other people who have the same page open, and subscribes to changes.
    #[must_use]
    pub fn others(self) -> Vec<Present> {
        self.others.try_get().unwrap_or_default()
    }

    fn set_page(self, key: Option<String>) {
        if self.page.try_get_value() == Some(key.clone()) {
            return;
        }
        self.page.try_set_value(key);
        self.others.try_set(Vec::new());
        self.disconnect();
        self.schedule_update();
    }

    /// Updates the connection in the next task. By then a navigation has unmounted the old page and mounted the new one.
    fn schedule_update(self) {
        set_timeout(move || self.update_connection(), Duration::ZERO);
    }

    /// Connects if the page is visible and access has not ended; disconnects otherwise.
    fn update_connection(self) {
        let should_connect = !document().hidden() && self.ended.try_get_untracked() == Some(None);
        let is_connected = self.connection.try_with_value(Option::is_some).unwrap_or(true);
        match (should_connect, is_connected) {
            (true, false) => self.connect(),
            (false, true) => self.disconnect(),
            _ => {}
        }
    }

    fn connect(self) {
        let (Some(org), Some(last)) = (self.org.try_get_value(), self.last.try_get_value()) else { return };
        let page = self.page.try_get_value().flatten().map_or_else(String::new, |key| format!("&at={key}"));
        // Without server-sent events, the page keeps the data it was loaded with.
        let url = format!("/o/{org}/live?after={last}{page}");
        let on_item: Rc<dyn Fn(StreamItem)> = Rc::new(move |item| self.on_stream_item(item));
        let connection = Connection::open(&url, &on_item);
        self.connection.try_set_value(connection.map(SendWrapper::new));
    }

    fn disconnect(self) {
        drop(self.connection.try_update_value(Option::take));
    }

    fn on_stream_item(self, item: StreamItem) {
        match item {
            StreamItem::Event(event) => self.on_event(*event),
            StreamItem::Reset { last } => self.reset(last),
            StreamItem::Ended(reason) => self.end(reason),
            StreamItem::Present(viewers) => {
                if self.page.try_with_value(|page| page.as_deref() == Some(&*viewers.page)) == Some(true) {
                    self.others.try_set(viewers.people);
                }
            }
            StreamItem::Opened => _ = self.is_lost.try_set(false),
            StreamItem::Failed { is_refused } => {
                self.is_lost.try_set(true);
                self.others.try_set(Vec::new());
                if is_refused {
                    self.on_refused();
                }
            }
        }
    }

    fn on_event(self, event: LiveEvent) {
        let is_new = self.last.try_update_value(|last| {
            let is_new = event.number > *last;
            *last = event.number.max(*last);
            is_new
        });
        if is_new != Some(true) {
            return;
        }
        self.recent.try_update_value(|recent| {
            recent.push_back(event.clone());
            if recent.len() > RECENT_MAX {
                recent.pop_front();
            }
        });
        self.notify(&FeedItem::Event(Box::new(event)));
    }

    fn reset(self, last: i64) {
        self.last.try_set_value(last);
        self.recent.try_update_value(VecDeque::clear);
        self.notify(&FeedItem::Reset);
    }

    fn notify(self, item: &FeedItem) {
        for listener in self.listeners.try_get_value().unwrap_or_default() {
            listener.on_item.run(item.clone());
        }
    }

    fn end(self, reason: Ended) {
        self.ended.try_set(Some(reason));
        self.is_lost.try_set(false);
        self.others.try_set(Vec::new());
        self.disconnect();
    }

    /// Handles the `online` event: reconnects unless the connection has survived.
    fn on_online(self) {
        let is_open = |connection: &SendWrapper<Connection>| connection.is_open();
        let is_open = self.connection.try_with_value(|connection| connection.as_ref().is_some_and(is_open));
        if is_open == Some(true) {
            self.is_lost.try_set(false);
        } else {
            self.disconnect();
            self.update_connection();
        }
    }

    /// Handles a refused stream: asks the server whether access has ended, and otherwise reconnects later.
    fn on_refused(self) {
        self.disconnect();
        let Some(org) = self.org.try_get_value() else { return };
        spawn_local(async move {
            match get_organization_shell(org).await {
                Err(AppError::SignInRequired) => self.end(Ended::SignedOut),
                Err(
                    AppError::NotFound
                    | AppError::Forbidden { .. }
                    | AppError::MembershipEnded { .. }
                    | AppError::OrganizationEnded { .. },
                ) => self.end(Ended::NoAccess),
                _ => set_timeout(move || self.update_connection(), RETRY_DELAY),
            }
        });
    }
}
