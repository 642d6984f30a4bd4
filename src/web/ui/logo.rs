//! The mark: a mosaic tile in two halves, as a *tessera* was split between host and guest.

use leptos::prelude::*;

/// The mark by itself, as an ornament.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
            <path class="host" d="M7 3h19.2L3 26.2V7a4 4 0 0 1 4-4z"></path>
            <path class="guest" d="M25 29H5.8L29 5.8V25a4 4 0 0 1-4 4z"></path>
        </svg>
    }
}

/// Mark and name, leading to the landing page.
#[component]
pub fn Wordmark() -> impl IntoView {
    view! {
        <a class="wordmark" href="/">
            <Mark/>
            "Tessera"
        </a>
    }
}
