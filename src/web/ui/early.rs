//! The end of hydration, told to the script that kept early input (`early.js`).

use leptos::{prelude::window, web_sys::Event};

/// Has the kept input replayed. Called once, after the page is hydrated.
pub fn replay() {
    if let Ok(event) = Event::new("tessera:hydrated") {
        drop(window().dispatch_event(&event));
    }
}
