//! The stream of events that a workspace's pages listen to: one for all of them.
//!
//! A hidden page holds no connection, because browsers allow few to a host; when it is seen again it reads on from
//! where it was. What is told while a component loads its data is kept for it, so that nothing falls in between.

use std::{collections::VecDeque, time::Duration};

use leptos::{
    leptos_dom::helpers::{WindowListenerHandle, set_timeout},
    prelude::*,
    wasm_bindgen::{JsCast as _, prelude::Closure},
    web_sys::{self, EventSource, MessageEvent},
};
use send_wrapper::SendWrapper;

use super::model::{ENDED, LiveEvent, RESET};

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
    address: StoredValue<String>,
    connection: StoredValue<Option<SendWrapper<Connection>>>,
    listeners: StoredValue<Vec<Listener>>,
    recent: StoredValue<VecDeque<LiveEvent>>,
    /// The number of the last event that was told.
    last: StoredValue<i64>,
    has_ended: RwSignal<bool>,
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
            address: StoredValue::new(format!("/o/{org}/live")),
            connection: StoredValue::new(None),
            listeners: StoredValue::new(Vec::new()),
            recent: StoredValue::new(VecDeque::new()),
            last: StoredValue::new(after),
            has_ended: RwSignal::new(false),
        };
        provide_context(feed);
        let seen: StoredValue<Option<SendWrapper<WindowListenerHandle>>> = StoredValue::new(None);
        // In the browser alone.
        Effect::new(move || {
            feed.follow();
            let handle = window_event_listener_untyped("visibilitychange", move |_| feed.follow());
            seen.set_value(Some(SendWrapper::new(handle)));
        });
        on_cleanup(move || {
            if let Some(handle) = seen.try_update_value(Option::take).flatten() {
                handle.take().remove();
            }
            feed.disconnect();
        });
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

    /// Whether the reader’s rights have ended.
    #[must_use]
    pub fn has_ended(self) -> Signal<bool> {
        self.has_ended.into()
    }

    /// Connects while the page is seen and the workspace is open, and only then.
    fn follow(self) {
        let wanted = !document().hidden() && !self.has_ended.try_get_untracked().unwrap_or(true);
        let connected = self.connection.try_with_value(Option::is_some).unwrap_or(true);
        match (wanted, connected) {
            (true, false) => self.connect(),
            (false, true) => self.disconnect(),
            _ => {}
        }
    }

    fn connect(self) {
        let (Some(address), Some(last)) = (self.address.try_get_value(), self.last.try_get_value()) else { return };
        // A browser without server-sent events shows what there was when the page was loaded.
        let connection = Connection::open(&format!("{address}?after={last}"), self);
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

    fn end(self) {
        self.has_ended.try_set(true);
        self.disconnect();
    }

    /// The server refused: it may be starting, or the rights may have ended, which the next answer tells.
    fn refused(self) {
        self.disconnect();
        set_timeout(move || self.follow(), PAUSE);
    }
}

/// An open stream. Dropping it closes it.
struct Connection {
    source: EventSource,
    // What the browser calls; it lives as long as the connection.
    _calls: [Closure<dyn FnMut(MessageEvent)>; 4],
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
        let ended = Closure::<dyn FnMut(MessageEvent)>::new(move |_| feed.end());
        let tried = source.clone();
        let failed = Closure::<dyn FnMut(MessageEvent)>::new(move |_| {
            // Where the connection was lost, the browser connects again by itself.
            if tried.ready_state() == EventSource::CLOSED {
                feed.refused();
            }
        });
        for (name, call) in [("message", &message), (RESET, &reset), (ENDED, &ended), ("error", &failed)] {
            source
                .add_event_listener_with_callback(name, call.as_ref().unchecked_ref::<web_sys::js_sys::Function>())
                .ok()?;
        }
        Some(Self { source, _calls: [message, reset, ended, failed] })
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.source.close();
    }
}
