//! The icon of a state: shows its category by shape first and by hue second.

use leptos::prelude::*;

use crate::domain::projects::StateCategory;

/// The class of an icon, and the content of its `<svg>` in a view box of 16 by 16.
#[must_use]
pub const fn shape(category: StateCategory) -> (&'static str, &'static str) {
    match category {
        StateCategory::Backlog => {
            ("state-mark backlog", r#"<circle cx="8" cy="8" r="6" stroke-dasharray="2.3 2.41"/>"#)
        }
        StateCategory::Unstarted => ("state-mark unstarted", r#"<circle cx="8" cy="8" r="6"/>"#),
        StateCategory::Started => {
            ("state-mark started", r#"<circle cx="8" cy="8" r="6"/><path class="fill" d="M8 5a3 3 0 0 1 0 6z"/>"#)
        }
        StateCategory::Completed => (
            "state-mark completed",
            r#"<circle class="fill" cx="8" cy="8" r="7"/><path class="sign" d="m5 8.2 2.1 2.1L11 6.2"/>"#,
        ),
        StateCategory::Cancelled => (
            "state-mark cancelled",
            r#"<circle class="fill" cx="8" cy="8" r="7"/><path class="sign" d="m5.8 5.8 4.4 4.4m0-4.4-4.4 4.4"/>"#,
        ),
    }
}

/// The icon, shown beside the name of the state.
#[component]
pub fn StateMark(category: StateCategory) -> impl IntoView {
    let (class, shape) = shape(category);
    view! { <svg class=class viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" inner_html=shape></svg> }
}
