//! The document around every page, and the route table.

use leptos::prelude::*;

#[cfg(feature = "ssr")]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    _ = options;
    view! { <App/> }
}

/// The application, the same on both sides.
#[component]
pub fn App() -> impl IntoView {
    view! { <main>"Tessera"</main> }
}
