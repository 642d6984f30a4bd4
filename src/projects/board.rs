//! The board of a project.

use leptos::prelude::*;

/// The board of a project.
#[component]
pub fn BoardPage() -> impl IntoView {
    ().into_any()
}
