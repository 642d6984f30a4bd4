//! The icon of a state: shows its category by shape first and by hue second.

use leptos::{prelude::*, tachys::html::InertElement};

use crate::domain::projects::StateCategory;

/// The icon as SVG, hidden from screen readers.
#[must_use]
pub const fn svg(category: StateCategory) -> &'static str {
    match category {
        StateCategory::Backlog => {
            r#"<svg class="state-mark backlog" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><circle cx="8" cy="8" r="6" stroke-dasharray="2.3 2.41"/></svg>"#
        }
        StateCategory::Unstarted => {
            r#"<svg class="state-mark unstarted" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><circle cx="8" cy="8" r="6"/></svg>"#
        }
        StateCategory::Started => {
            r#"<svg class="state-mark started" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><circle cx="8" cy="8" r="6"/><path class="fill" d="M8 5a3 3 0 0 1 0 6z"/></svg>"#
        }
        StateCategory::Completed => {
            r#"<svg class="state-mark completed" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><circle class="fill" cx="8" cy="8" r="7"/><path class="sign" d="m5 8.2 2.1 2.1L11 6.2"/></svg>"#
        }
        StateCategory::Cancelled => {
            r#"<svg class="state-mark cancelled" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><circle class="fill" cx="8" cy="8" r="7"/><path class="sign" d="m5.8 5.8 4.4 4.4m0-4.4-4.4 4.4"/></svg>"#
        }
    }
}

/// The icon, shown beside the name of the state.
#[component]
pub fn StateMark(category: StateCategory) -> impl IntoView {
    InertElement::new(svg(category))
}
