//! Redirects to another page of the same login.

use axum::response::{IntoResponse as _, Redirect, Response};

use crate::idp::flow::{login::Login, screen::Screen};

/// Redirects to the login page.
pub fn to_login(login: &Login) -> Response {
    Redirect::to(&Screen::Login.address(&login.state)).into_response()
}

/// Redirects to the login page if passwords are not accepted for the login.
pub fn to_login_without_passwords(login: &Login) -> Option<Response> {
    let elsewhere = || Redirect::to(&Screen::Login.address(&login.state)).into_response();
    (!login.options.database).then(elsewhere)
}

/// Redirects to the page of the login's invitation, if it has one.
pub fn to_invitation(login: &Login) -> Option<Response> {
    let invited = login.request.invitation.is_some();
    invited.then(|| Redirect::to(&Screen::Invitation.address(&login.state)).into_response())
}
