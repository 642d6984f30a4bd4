//! The logo: a mosaic tile in two halves, like the *tessera* that host and guest split between them.

use leptos::prelude::*;

/// The logo without the name, as an ornament. Its own size counts where the style sheet is missing.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" width="24" height="24" viewBox="0 0 32 32" aria-hidden="true">
            <path class="host" d="M7 3h19.2L3 26.2V7a4 4 0 0 1 4-4z"></path>
            <path class="guest" d="M25 29H5.8L29 5.8V25a4 4 0 0 1-4 4z"></path>
        </svg>
    }
}

/// The logo and the name, linked to the start page.
#[component]
pub fn Wordmark() -> impl IntoView {
    view! {
        <a class="wordmark" href="/">
            <Mark/>
            "Tessera"
        </a>
    }
}
