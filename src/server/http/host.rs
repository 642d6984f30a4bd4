//! Refuses requests for a host that is neither the application's nor an organization's.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::{message::Message, vanity};
use crate::{
    kernel::request_host::RequestHost,
    server::{rest, state::AppState},
};

/// Passes requests for the host of `APP_BASE_URL` and for vanity hosts.
pub async fn check(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let base = &app.config.base_url;
    let host = RequestHost::of(&request);
    if host.is_some_and(|host| host.is_of(base) || vanity::slug(base, &host).is_some()) {
        next.run(request).await
    } else if request.uri().path().starts_with("/api/") {
        rest::other_host(base)
    } else {
        Message::other_host(base).into_response()
    }
}
