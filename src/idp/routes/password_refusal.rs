//! Answers to a refused password.

use axum::http::StatusCode;

use crate::idp::{authentication::Refused, pages, state::Idp};

/// The status and the words of a refused password.
pub fn describe(idp: &Idp, refused: Refused) -> (StatusCode, String) {
    match refused {
        Refused::Wrong => (StatusCode::BAD_REQUEST, "Wrong email or password.".to_owned()),
        Refused::TooMany(too_many) => (StatusCode::TOO_MANY_REQUESTS, too_many.message(idp.now())),
    }
}

/// Says on `page` when to try again, if it is a matter of time.
pub fn on_page(idp: &Idp, page: pages::Page, refused: Refused) -> pages::Page {
    match refused {
        Refused::Wrong => page,
        Refused::TooMany(too_many) => page.with_retry_after(too_many.seconds(idp.now())),
    }
}
