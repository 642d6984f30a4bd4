//! Response to the client: a redirect, a form (OAuth 2.0 Form Post Response Mode), or a message of a window.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};

use crate::idp::{
    authorization::{Callback, Outcome, ResponseMode},
    pages::{form_post, web_message},
};

/// Responds to the client with a code or an error.
pub fn respond(callback: &Callback, outcome: Outcome) -> Response {
    let parameters = callback.parameters(outcome);
    match callback.response_mode {
        ResponseMode::FormPost => return form_post::page(&callback.redirect_uri, &parameters).into_response(),
        ResponseMode::WebMessage => return web_message::respond(&callback.redirect_uri, &parameters),
        ResponseMode::Query | ResponseMode::Fragment => {}
    }
    (StatusCode::FOUND, [(header::LOCATION, callback.address_with(&parameters))]).into_response()
}
