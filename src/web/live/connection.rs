//! The connection to an organization's event stream, which all windows of the browser share (`stream.js`).

use std::rc::Rc;

use leptos::{
    prelude::window,
    wasm_bindgen::{JsCast as _, JsValue, prelude::Closure},
    web_sys::{
        EventSource, MessageEvent,
        js_sys::{Function, Reflect},
    },
};

use crate::domain::live::{ENDED, Ended, LiveEvent, PRESENCE, RESET, Viewers};

/// An event of the stream, or a change of the connection.
pub enum StreamItem {
    Event(Box<LiveEvent>),
    /// Events up to number `last` were missed.
    Reset {
        last: i64,
    },
    /// The person's access has ended.
    Ended(Ended),
    /// The other people who have a page open, which may be that of another window.
    Present(Viewers),
    Opened,
    /// The connection is lost. The browser reconnects by itself, unless the server refused the stream.
    Failed {
        is_refused: bool,
    },
}

/// Parses an event of the stream. Returns `None` for an event that only a newer version of the page understands.
type Read = fn(&MessageEvent, &EventSource) -> Option<StreamItem>;

/// The events of the stream by name.
const EVENTS: [(&str, Read); 6] = [
    ("message", |event, _| Some(StreamItem::Event(serde_json::from_str(&event.data().as_string()?).ok()?))),
    (RESET, |event, _| Some(StreamItem::Reset { last: event.last_event_id().parse().unwrap_or_default() })),
    (ENDED, |event, _| {
        let is_signed_out = event.data().as_string().is_some_and(|reason| reason == Ended::SignedOut.slug());
        Some(StreamItem::Ended(if is_signed_out { Ended::SignedOut } else { Ended::NoAccess }))
    }),
    (PRESENCE, |event, _| Some(StreamItem::Present(serde_json::from_str(&event.data().as_string()?).ok()?))),
    ("open", |_, _| Some(StreamItem::Opened)),
    ("error", |_, source| Some(StreamItem::Failed { is_refused: source.ready_state() == EventSource::CLOSED })),
];

/// An open event stream. Dropping it closes the stream.
pub struct Connection {
    source: EventSource,
    // Keeps the callbacks alive as long as the connection.
    _callbacks: [Closure<dyn FnMut(MessageEvent)>; EVENTS.len()],
}

impl Connection {
    /// Opens the stream at `url`. Returns `None` in a browser without server-sent events.
    pub fn open(url: &str, on_item: &Rc<dyn Fn(StreamItem)>) -> Option<Self> {
        let open = Reflect::get(&window(), &JsValue::from_str("tesseraStream")).ok()?.dyn_into::<Function>().ok()?;
        // What it returns has the members of an `EventSource` that are used here.
        let source: EventSource = open.call1(&JsValue::UNDEFINED, &JsValue::from_str(url)).ok()?.unchecked_into();
        let callbacks = EVENTS.map(|(_, read)| {
            let (source, on_item) = (source.clone(), Rc::clone(on_item));
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                if let Some(item) = read(&event, &source) {
                    on_item(item);
                }
            })
        });
        for ((name, _), callback) in EVENTS.into_iter().zip(&callbacks) {
            source.add_event_listener_with_callback(name, callback.as_ref().unchecked_ref::<Function>()).ok()?;
        }
        Some(Self { source, _callbacks: callbacks })
    }

    /// Whether the stream is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.source.ready_state() == EventSource::OPEN
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.source.close();
    }
}
