//! The page of a task.

use leptos::prelude::*;

/// The page of a task.
#[component]
pub fn TaskPage() -> impl IntoView {
    ().into_any()
}
