//! The document around every page, and the route table.

use leptos::prelude::*;

/// The application, the same on both sides.
#[component]
pub fn App() -> impl IntoView {
    view! { <main>"Tessera"</main> }
}
