//! The end of hydration, told to the script that kept early input (`early.js`).

use leptos::{prelude::window, web_sys::Event};

/// Replays the kept input. Called once, after the page is hydrated.
#[cfg(feature = "hydrate")]
pub fn replay() {
    tell("tessera:hydrated");
}

/// Gives the kept input up: the page cannot be hydrated, and the person has been told.
pub fn give_up() {
    tell("tessera:failed");
}

fn tell(what: &str) {
    if let Ok(event) = Event::new(what) {
        drop(window().dispatch_event(&event));
    }
}
