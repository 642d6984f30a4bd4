//! Error page for requests without a valid callback.

use axum::http::StatusCode;
use maud::html;

use crate::idp::{
    page_error::ErrorPage,
    pages::{Page, heading, layout},
};

pub fn page(host: &str, error: &ErrorPage) -> Page {
    let card = html! {
        (heading(None, error.title, &html! { (error.text) }))
        @if let Some((label, address)) = &error.next_link {
            a class="primary" href=(address) { (label) }
        }
    };
    // A page for another host must not say that the browser is at this one.
    let host = Some(host).filter(|_| error.status != StatusCode::MISDIRECTED_REQUEST);
    let page = Page::new(layout(host, None, error.title, &card)).with_status(error.status);
    Page { retry_after: error.retry_after.map(i64::from), ..page }
}
