//! Messages and headers for a password that was refused.

use axum::http::StatusCode;

use crate::idp::{authentication::PasswordRefused, pages::Page, state::Idp};

/// Returns the status and the message for a refused password.
pub fn describe(idp: &Idp, refused: PasswordRefused) -> (StatusCode, String) {
    match refused {
        PasswordRefused::Wrong => (StatusCode::BAD_REQUEST, "Wrong email or password.".to_owned()),
        PasswordRefused::TooManyAttempts(too_many) => (StatusCode::TOO_MANY_REQUESTS, too_many.message(idp.now())),
    }
}

/// Adds `Retry-After` to `page` if a limit was exceeded.
pub fn on_page(idp: &Idp, page: Page, refused: PasswordRefused) -> Page {
    match refused {
        PasswordRefused::Wrong => page,
        PasswordRefused::TooManyAttempts(too_many) => page.with_retry_after(too_many.seconds(idp.now())),
    }
}
