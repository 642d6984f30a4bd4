//! A task as one line, in lists of tasks across projects and on the page of another task.

use leptos::prelude::*;

use super::{details::Details, parts};
use crate::{
    domain::{keys::TaskKey, projects::StateCategory},
    web::ui::markup::{Html, render},
};

/// The link to a task of the organization `org`: its state, key, title and `details`.
pub fn task_line(
    org: &str,
    key: &TaskKey,
    (category, state): (StateCategory, &str),
    title: &str,
    details: &Details,
) -> AnyView {
    let (href, key) = (format!("/o/{org}/tasks/{key}"), Html::of_text(&key.to_string()));
    let content = render(|html| {
        parts::state(html, category, state);
        parts::name(html.markup(" "), &key, title, category.is_done());
        details.write(html);
    });
    view! { <a href=href class="task-line" inner_html=content></a> }.into_any()
}
