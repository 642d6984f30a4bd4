//! Sets cookies on responses.

use axum::{
    http::{HeaderValue, header},
    response::Response,
};

/// Adds a cookie to a response.
pub fn with_cookie(mut response: Response, cookie: HeaderValue) -> Response {
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}
