//! `GET /assets/provider.css`: the stylesheet of the pages.

use axum::{http::header, response::IntoResponse};

const STYLESHEET: &str = concat!(
    include_str!("../../../style/tokens.css"),
    "\n",
    include_str!("../../../style/provider.css"),
    "\n",
    include_str!("../../../style/console.css")
);

/// Returns the design tokens and the styles of the pages.
pub async fn stylesheet() -> impl IntoResponse {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=300")];
    (headers, STYLESHEET)
}
