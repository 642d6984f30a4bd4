//! The icon of a priority: rising bars, and an exclamation mark for urgent tasks.

use leptos::{prelude::*, tachys::html::InertElement};

use crate::domain::tasks::priority::Priority;

/// The icon as SVG, hidden from screen readers; empty for a task without priority.
#[must_use]
pub const fn svg(priority: Priority) -> &'static str {
    match priority {
        Priority::None => "",
        Priority::Urgent => {
            r#"<svg class="priority urgent" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><rect x="1" y="1" width="14" height="14" rx="3"/><path class="sign" d="M8 4.2v4.6m0 2.4v.6"/></svg>"#
        }
        Priority::High => {
            r#"<svg class="priority" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><rect x="1.5" y="9" width="3" height="5" rx="1"/><rect x="6.5" y="5.5" width="3" height="8.5" rx="1"/><rect x="11.5" y="2" width="3" height="12" rx="1"/></svg>"#
        }
        Priority::Medium => {
            r#"<svg class="priority" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><rect x="1.5" y="9" width="3" height="5" rx="1"/><rect x="6.5" y="5.5" width="3" height="8.5" rx="1"/><rect class="off" x="11.5" y="2" width="3" height="12" rx="1"/></svg>"#
        }
        Priority::Low => {
            r#"<svg class="priority" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><rect x="1.5" y="9" width="3" height="5" rx="1"/><rect class="off" x="6.5" y="5.5" width="3" height="8.5" rx="1"/><rect class="off" x="11.5" y="2" width="3" height="12" rx="1"/></svg>"#
        }
    }
}

/// The icon, shown beside the name of the priority; nothing for a task without priority.
#[component]
pub fn PriorityMark(priority: Priority) -> impl IntoView {
    (priority != Priority::None).then(|| InertElement::new(svg(priority)))
}
