//! Events of the whole page: the end of hydration, told to the script that kept early input (`early.js`), and of the session.

use leptos::{prelude::window, web_sys::Event};

/// Restores the page as the server has sent it, if others have changed it. Called right before hydration.
#[cfg(feature = "hydrate")]
pub fn restore() {
    tell("tessera:hydrating");
}

/// Replays the kept input. Called once, after the page is hydrated.
#[cfg(feature = "hydrate")]
pub fn replay() {
    tell("tessera:hydrated");
}

/// Gives the kept input up: the page cannot be hydrated, and the person has been told.
pub fn give_up() {
    tell("tessera:failed");
}

/// The event that says that the session has ended.
pub const SIGNED_OUT: &str = "tessera:signed-out";

/// Says that the session has ended, as an answer of the server shows. The page then has a link that leads to the sign-in.
pub fn tell_signed_out() {
    tell(SIGNED_OUT);
}

fn tell(what: &str) {
    if let Ok(event) = Event::new(what) {
        drop(window().dispatch_event(&event));
    }
}
