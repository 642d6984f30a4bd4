//! Renders error pages.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use tower_http::csrf::ProtectionError;

use crate::idp::{page_error::ErrorPage, pages, state::Idp};

/// Renders the page for a `PageError`, or for a form that is refused because it comes from another origin.
pub async fn render(State(idp): State<Idp>, response: Response) -> Response {
    let refused = || ErrorPage {
        status: StatusCode::FORBIDDEN,
        title: "This form came from another site",
        text: "It was not sent by a page of this sign-in service, so nothing was changed.".to_owned(),
        next_link: None,
        retry_after: None,
    };
    let page = match response.extensions().get::<ErrorPage>() {
        Some(page) => page.clone(),
        None if response.extensions().get::<ProtectionError>().is_some() => refused(),
        None => return response,
    };
    pages::error::page(idp.host(), &page).into_response()
}
