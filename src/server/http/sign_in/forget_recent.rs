//! `POST /sign-in/forget`: makes this device forget the organizations that were opened on it.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Redirect, Response},
};

use crate::server::{auth::recent, state::AppState};

/// Expires the cookie and returns to the sign-in page.
pub async fn post(State(app): State<AppState>) -> Response {
    let mut response = Redirect::to("/sign-in").into_response();
    response.headers_mut().append(header::SET_COOKIE, recent::forget(&app));
    response
}
