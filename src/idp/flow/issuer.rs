//! Redirects to the login page of another issuer, or shows that the issuer is unreachable.

use axum::response::{IntoResponse as _, Response};

use crate::idp::{
    federation::error::FederationError,
    flow::{login::Login, screen::Screen},
    page_error::PageError,
    pages,
    sign_in_options::Issuer,
    state::Idp,
};

/// Redirects users whose email domain belongs to another issuer, before any password is read.
pub fn by_domain(idp: &Idp, login: &Login, email: &str) -> Option<Response> {
    let issuer = login.options.issuer_for(email)?;
    let address = login.issuer_address(issuer, Some(email.trim()));
    Some(pages::interstitial::to_issuer(idp, login, issuer.label(), &address).into_response())
}

/// Creates an error page with a link to the other ways to sign in.
pub fn unreachable(login: &Login, issuer: &Issuer, fault: &FederationError) -> PageError {
    tracing::warn!(connection = issuer.connection.name, %fault, "the issuer of a connection is unreachable");
    PageError::Unreachable { issuer: issuer.label().to_owned(), back_address: Screen::Login.address(&login.state) }
}
