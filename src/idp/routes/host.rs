//! Refuses requests for another host than the issuer's.

use axum::{
    Json,
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use serde_json::json;

use crate::{
    idp::{page_error::PageError, state::Idp},
    kernel::request_host::RequestHost,
};

/// Passes requests for the host of the issuer. Others are answered with a page, or with JSON for programs.
pub async fn check(State(idp): State<Idp>, request: Request, next: Next) -> Response {
    if RequestHost::of(&request).is_some_and(|host| host.is_of(&idp.issuer)) {
        return next.run(request).await;
    }
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    if accept.is_some_and(|accept| accept.contains("text/html")) {
        return PageError::OtherHost { issuer: idp.issuer.to_string() }.into_response();
    }
    let description = format!("This is the host of {}. The request is for another.", idp.issuer);
    let body = Json(json!({ "error": "misdirected_request", "error_description": description }));
    (StatusCode::MISDIRECTED_REQUEST, body).into_response()
}
