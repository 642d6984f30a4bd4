//! A login from `/authorize` to the callback: what it still needs, and how it ends.
//!
//! - `screen`: the pages on the way
//! - `needs`: which of them comes next, if any
//! - `login`: a login under way, and how it goes on and ends
//! - `code`: what the client gets in the end

mod code;
pub mod consent;
mod login;
mod needs;
mod screen;

use axum::{
    http::{HeaderValue, header},
    response::Response,
};

pub use self::{
    code::issue_code,
    login::Login,
    needs::{after_sign_in, first, good_enough, must_name_organization, settle_organization},
    screen::{Next, Screen},
};

/// Adds a cookie to a response.
pub fn with_cookie(mut response: Response, cookie: HeaderValue) -> Response {
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}
