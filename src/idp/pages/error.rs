//! Error page for requests without a valid callback.

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
    Page::new(layout(Some(host), None, error.title, &card)).with_status(error.status)
}
