//! What server functions reach of the request they run in.

use leptos::{
    prelude::{expect_context, use_context},
    server_fn::error::FromServerFnError as _,
};
use leptos_axum::ResponseOptions;

use crate::{
    domain::errors::AppError,
    server::{
        access::{self, OrgContext, PersonContext},
        auth::session::{Browser, BrowserSession},
        error::Error,
        state::AppState,
    },
};

/// The application's parts.
#[must_use]
pub fn app() -> AppState {
    expect_context()
}

/// The context of whoever sent the request in the organization called `slug`.
///
/// # Errors
/// As [`access::from_seat`]; the response has the status that goes with it.
pub async fn organization(slug: &str) -> Result<OrgContext, AppError> {
    // A page's middleware has opened it already.
    let opened = extensions().and_then(|extensions| extensions.get::<OrgContext>().cloned());
    if let Some(opened) = opened.filter(|opened| opened.slug == slug) {
        return Ok(opened);
    }
    let browser = browser().await?.ok_or(Error::SignInRequired).map_err(refuse)?;
    access::from_seat(&app(), browser.id, slug).await.map_err(refuse)
}

/// The browser that sent the request, if it has a session.
///
/// # Errors
/// When the database does not answer.
pub async fn browser() -> Result<Option<Browser>, AppError> {
    match extensions().as_ref().and_then(BrowserSession::of) {
        Some(session) => session.browser().await.map_err(refuse),
        None => Ok(None),
    }
}

/// Whoever signed in with the browser that sent the request.
///
/// # Errors
/// [`Error::SignInRequired`] when nobody has; the response has the status that goes with it.
pub async fn person() -> Result<PersonContext, AppError> {
    signed_in().await?.ok_or(Error::SignInRequired).map_err(refuse)
}

/// Whoever signed in with the browser that sent the request, if somebody has.
///
/// # Errors
/// When the database does not answer.
pub async fn signed_in() -> Result<Option<PersonContext>, AppError> {
    Ok(PersonContext::of(&app(), browser().await?))
}

/// The headers of the request.
///
/// # Errors
/// Outside of a request.
pub async fn headers() -> Result<axum::http::HeaderMap, AppError> {
    leptos_axum::extract().await.map_err(AppError::from_server_fn_error)
}

/// Turns an error into the one that pages see, and gives the response its status.
pub fn refuse(error: Error) -> AppError {
    let error = AppError::from(error);
    if let Some(response) = use_context::<ResponseOptions>()
        && let Ok(status) = axum::http::StatusCode::from_u16(error.status())
    {
        response.set_status(status);
    }
    error
}

fn extensions() -> Option<axum::http::Extensions> {
    use_context::<axum::http::request::Parts>().map(|parts| parts.extensions)
}
