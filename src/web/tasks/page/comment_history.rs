//! The earlier texts of a comment. They are open if the address of the page names the comment, so that they open without
//! scripts, too.

use chrono::{DateTime, Utc};
use leptos::{either::Either, prelude::*};
use uuid::Uuid;

use crate::{
    domain::tasks::activity::Revision,
    web::{
        tasks::functions::get_comment_history,
        ui::{date::Date, page_resource::PageResource, params::query_params},
    },
};

/// The name of the comment's id in the address.
const HISTORY: &str = "history";

/// The comment whose history is shown.
#[derive(Clone)]
pub struct EditedComment {
    pub org: String,
    pub task: String,
    pub id: Uuid,
    /// When it was edited last.
    pub edited_at: Memo<Option<DateTime<Utc>>>,
}

impl EditedComment {
    /// Whether the address of the page names the comment. In the reactive owner of a component.
    pub fn is_open(&self) -> Memo<bool> {
        let (query, id) = (query_params([HISTORY]), self.id.to_string());
        Memo::new(move |_| query() == [id.clone()])
    }
}

/// Says when a comment was edited, with the link to its earlier texts.
#[component]
pub fn Edited(comment: EditedComment, is_open: Memo<bool>) -> impl IntoView {
    let EditedComment { org, task, id, edited_at } = comment;
    move || {
        let at = edited_at.get()?;
        let (query, label) = if is_open.get() {
            (String::new(), "Hide earlier versions of this comment")
        } else {
            (format!("?{HISTORY}={id}"), "Show earlier versions of this comment")
        };
        let href = format!("/o/{org}/tasks/{task}{query}#comment-{id}");
        Some(view! {
            <span class="muted">
                " · " <a href=href title=label aria-expanded=is_open.get().to_string()>"edited"</a> " " <Date at/>
            </span>
        })
    }
}

/// The earlier texts, the latest first.
#[component]
pub fn History(comment: EditedComment) -> impl IntoView {
    let EditedComment { org, task, id, edited_at } = comment;
    let key = move || (org.clone(), task.clone(), id, edited_at.get());
    let revisions = PageResource::new(key, |(org, task, id, _)| get_comment_history(org, task, id));
    let shown = revisions.render_section(|revisions: Vec<Revision>| {
        if revisions.is_empty() {
            return Either::Left(view! { <p class="muted">"This comment has no earlier versions."</p> });
        }
        let row = |revision: Revision| {
            view! {
                <li>
                    <p class="small muted">
                        <bdi class="name">{revision.author}</bdi> " " <Date at=revision.written_at time=true/>
                    </p>
                    <div class="prose" inner_html=revision.html></div>
                </li>
            }
        };
        Either::Right(view! { <ol>{revisions.into_iter().map(row).collect_view()}</ol> })
    });
    view! {
        <section class="history" aria-label="Earlier versions">
            <h3 class="small">"Earlier versions"</h3>
            {shown}
        </section>
    }
}
