//! The page for a request that cannot go on and has no callback to go back to.

use axum::http::StatusCode;
use maud::html;

use super::{Page, heading, layout};

/// What it says.
#[derive(Clone, Debug)]
pub struct ErrorPage {
    pub status: StatusCode,
    pub title: &'static str,
    pub text: String,
    /// A way on: its words and its address.
    pub way_on: Option<(String, String)>,
}

pub fn page(host: &str, error: &ErrorPage) -> Page {
    let card = html! {
        (heading(None, error.title, &html! { (error.text) }))
        @if let Some((words, address)) = &error.way_on {
            a class="primary" href=(address) { (words) }
        }
    };
    Page::new(layout(Some(host), None, error.title, &card)).with_status(error.status)
}
