//! The stream of events that a workspace's pages listen to: one for all of them.
//!
//! It says besides which board or task the page shows, and hears who else has the same open.
//!
//! A hidden page holds no connection, because browsers allow few to a host; when it is seen again it reads on from
//! where it was. What is told while a component loads its data is kept for it, so that nothing falls in between.

use std::{collections::VecDeque, time::Duration};

use leptos::{
    leptos_dom::helpers::set_timeout,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::{JsCast as _, prelude::Closure},
    web_sys::{self, EventSource, MessageEvent},
};
use send_wrapper::SendWrapper;

use crate::{
    domain::{
        errors::AppError,
        live::{ENDED, Ended, HERE, LiveEvent, Present, RESET},
    },
    web::organization::functions::get_workspace,
};

/// How many events are kept for components that are still loading.
const KEPT: usize = 200;

/// How long to wait before asking again after the server refused a stream.
const PAUSE: Duration = Duration::from_secs(5);

/// What a listener is told.
#[derive(Clone, Debug)]
pub enum Heard {
    Event(Box<LiveEvent>),
    /// Too much was missed: load the data again.
    Reset,
}

/// The events of a workspace. What listens is forgotten with its component.
#[derive(Clone, Copy)]
pub struct Feed {
    org: StoredValue<String>,
    /// The project or the task whose page is open.
    place: StoredValue<Option<String>>,
    /// Who else has it open.
    here: RwSignal<Vec<Present>>,
    connection: StoredValue<Option<SendWrapper<Connection>>>,
    listeners: StoredValue<Vec<Listener>>,
    recent: StoredValue<VecDeque<LiveEvent>>,
    /// The number of the last event that was told.
    last: StoredValue<i64>,
    ended: RwSignal<Option<Ended>>,
    is_lost: RwSignal<bool>,
}

#[derive(Clone, Copy)]
struct Listener {
    id: u32,
    hear: Callback<Heard>,
}

impl Feed {
    /// Gives the feed of the organization called `org`, from the event after the one numbered `after`, to everything
    /// rendered from here on down.
    pub fn provide(org: &str, after: i64) -> Self {
        let feed = Self {
            org: StoredValue::new(org.to_owned()),
            place: StoredValue::new(None),
            here: RwSignal::new(Vec::new()),
            connection: StoredValue::new(None),
            listeners: StoredValue::new(Vec::new()),
            recent: StoredValue::new(VecDeque::new()),
            last: StoredValue::new(after),
            ended: RwSignal::new(None),
            is_lost: RwSignal::new(false),
        };
        provide_context(feed);
        // In the browser alone.
        Effect::new(move || {
            feed.follow_soon();
            let seen = window_event_listener_untyped("visibilitychange", move |_| feed.follow());
            let lost = window_event_listener_untyped("offline", move |_| _ = feed.is_lost.try_set(true));
            let found = window_event_listener_untyped("online", move |_| feed.found());
            on_cleanup(move || {
                for handle in [seen, lost, found] {
                    handle.remove();
                }
            });
        });
        on_cleanup(move || feed.disconnect());
        feed
    }

    /// The feed of the present workspace.
    ///
    /// # Panics
    ///
    /// Outside of the frame, where there is none.
    #[must_use]
    pub fn expect() -> Self {
        use_context().expect("a page of an organization is rendered inside the frame")
    }

    /// Calls `hear` with everything after the event numbered `after`, until the calling component is gone.
    pub fn listen(self, after: i64, hear: impl Fn(&Heard) + Send + Sync + 'static) {
        let hear = Callback::new(move |heard: Heard| match &heard {
            Heard::Event(event) if event.number <= after => {}
            heard => hear(heard),
        });
        let own: StoredValue<Option<u32>> = StoredValue::new(None);
        Effect::new(move || {
            for event in self.recent.get_value() {
                hear.run(Heard::Event(Box::new(event)));
            }
            let id = self.listeners.try_update_value(|listeners| {
                let id = listeners.last().map_or(0, |listener| listener.id + 1);
                listeners.push(Listener { id, hear });
                id
            });
            own.set_value(id);
        });
        on_cleanup(move || {
            let own = own.try_get_value().flatten();
            self.listeners.try_update_value(|listeners| listeners.retain(|listener| Some(listener.id) != own));
        });
    }

    /// Why the reader may no longer read, once that is so.
    #[must_use]
    pub fn ended(self) -> Signal<Option<Ended>> {
        self.ended.into()
    }

    /// Whether the connection was lost, and nothing is heard for the time being.
    #[must_use]
    pub fn is_lost(self) -> Signal<bool> {
        self.is_lost.into()
    }

    /// Says that the page of `place`, a project or a task, is open, until the calling component is gone.
    pub fn be_at(self, place: String) {
        let own = place.clone();
        Effect::new(move || self.go_to(Some(place.clone())));
        on_cleanup(move || {
            if self.place.try_with_value(|place| place.as_deref() == Some(&own)) == Some(true) {
                self.go_to(None);
            }
        });
    }

    /// Who else has the same page open; in a reactive closure, again whenever somebody has come or gone.
    #[must_use]
    pub fn here(self) -> Vec<Present> {
        self.here.try_get().unwrap_or_default()
    }

    fn go_to(self, place: Option<String>) {
        if self.place.try_get_value() == Some(place.clone()) {
            return;
        }
        self.place.try_set_value(place);
        self.here.try_set(Vec::new());
        self.disconnect();
        self.follow_soon();
    }

    /// Once the page that is being left and the one that is being opened have both said so.
    fn follow_soon(self) {
        set_timeout(move || self.follow(), Duration::ZERO);
    }

    /// Connects while the page is seen and the workspace is open, and only then.
    fn follow(self) {
        let wanted = !document().hidden() && self.ended.try_get_untracked() == Some(None);
        let connected = self.connection.try_with_value(Option::is_some).unwrap_or(true);
        match (wanted, connected) {
            (true, false) => self.connect(),
            (false, true) => self.disconnect(),
            _ => {}
        }
    }

    fn connect(self) {
        let (Some(org), Some(last)) = (self.org.try_get_value(), self.last.try_get_value()) else { return };
        let place = self.place.try_get_value().flatten().map_or_else(String::new, |place| format!("&at={place}"));
        // A browser without server-sent events shows what there was when the page was loaded.
        let connection = Connection::open(&format!("/o/{org}/live?after={last}{place}"), self);
        self.connection.try_set_value(connection.map(SendWrapper::new));
    }

    fn disconnect(self) {
        drop(self.connection.try_update_value(Option::take));
    }

    fn hear(self, event: LiveEvent) {
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
            if recent.len() > KEPT {
                recent.pop_front();
            }
        });
        self.tell(&Heard::Event(Box::new(event)));
    }

    fn reset(self, last: i64) {
        self.last.try_set_value(last);
        self.recent.try_update_value(VecDeque::clear);
        self.tell(&Heard::Reset);
    }

    fn tell(self, heard: &Heard) {
        for listener in self.listeners.try_get_value().unwrap_or_default() {
            listener.hear.run(heard.clone());
        }
    }

    fn end(self, why: Ended) {
        self.ended.try_set(Some(why));
        self.is_lost.try_set(false);
        self.here.try_set(Vec::new());
        self.disconnect();
    }

    /// The network is back. What is still connected was never lost.
    fn found(self) {
        let is_open = self
            .connection
            .try_with_value(|connection| {
                connection.as_ref().is_some_and(|connection| connection.source.ready_state() == EventSource::OPEN)
            })
            .unwrap_or(false);
        if is_open {
            self.is_lost.try_set(false);
        } else {
            self.disconnect();
            self.follow();
        }
    }

    /// The server refused: it may be starting, or the rights may have ended, which it says when it is asked.
    fn refused(self) {
        self.disconnect();
        let Some(org) = self.org.try_get_value() else { return };
        spawn_local(async move {
            match get_workspace(org).await {
                Err(AppError::SignInRequired) => self.end(Ended::SignedOut),
                Err(AppError::NotFound | AppError::Forbidden { .. }) => self.end(Ended::NoAccess),
                _ => set_timeout(move || self.follow(), PAUSE),
            }
        });
    }
}

/// An open stream. Dropping it closes it.
struct Connection {
    source: EventSource,
    // What the browser calls; it lives as long as the connection.
    _calls: [Closure<dyn FnMut(MessageEvent)>; 6],
}

impl Connection {
    fn open(address: &str, feed: Feed) -> Option<Self> {
        let source = EventSource::new(address).ok()?;
        let message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let event = event.data().as_string().and_then(|data| serde_json::from_str(&data).ok());
            // What a later version tells is for pages of that version.
            if let Some(event) = event {
                feed.hear(event);
            }
        });
        let reset = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            feed.reset(event.last_event_id().parse().unwrap_or_default());
        });
        let ended = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let signed_out = event.data().as_string().is_some_and(|why| why == Ended::SignedOut.slug());
            feed.end(if signed_out { Ended::SignedOut } else { Ended::NoAccess });
        });
        let here = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let people = event.data().as_string().and_then(|data| serde_json::from_str(&data).ok());
            if let Some(people) = people {
                feed.here.try_set(people);
            }
        });
        let opened = Closure::<dyn FnMut(MessageEvent)>::new(move |_| _ = feed.is_lost.try_set(false));
        let tried = source.clone();
        let failed = Closure::<dyn FnMut(MessageEvent)>::new(move |_| {
            feed.is_lost.try_set(true);
            feed.here.try_set(Vec::new());
            // Where the connection was lost, the browser connects again by itself.
            if tried.ready_state() == EventSource::CLOSED {
                feed.refused();
            }
        });
        let calls = [message, reset, ended, here, opened, failed];
        for (name, call) in ["message", RESET, ENDED, HERE, "open", "error"].into_iter().zip(&calls) {
            source
                .add_event_listener_with_callback(name, call.as_ref().unchecked_ref::<web_sys::js_sys::Function>())
                .ok()?;
        }
        Some(Self { source, _calls: calls })
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.source.close();
    }
}
