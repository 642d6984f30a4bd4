//! Access to the current request for server functions: application state, session, organization and headers.

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

/// Returns the application state.
#[must_use]
pub fn app() -> AppState {
    expect_context()
}

/// Authorizes the request in the organization with the slug `slug`. An error also sets the response status.
pub async fn organization(slug: &str) -> Result<OrgContext, AppError> {
    // While a page is rendered, the middleware has authorized the request already.
    let authorized = extensions().and_then(|extensions| extensions.get::<OrgContext>().cloned());
    if let Some(authorized) = authorized.filter(|ctx| ctx.slug == slug) {
        return Ok(authorized);
    }
    let browser = browser().await?.ok_or(Error::SignInRequired).map_err(refuse)?;
    access::from_seat(&app(), browser.id, slug).await.map_err(refuse)
}

/// Returns the browser session of the request, if there is one.
pub async fn browser() -> Result<Option<Browser>, AppError> {
    match extensions().as_ref().and_then(BrowserSession::of) {
        Some(session) => session.browser().await.map_err(refuse),
        None => Ok(None),
    }
}

/// Returns the signed-in person. An error also sets the response status.
///
/// # Errors
///
/// [`Error::SignInRequired`] if the browser session has no signed-in person.
pub async fn person() -> Result<PersonContext, AppError> {
    signed_in().await?.ok_or(Error::SignInRequired).map_err(refuse)
}

/// Returns the signed-in person, if there is one.
pub async fn signed_in() -> Result<Option<PersonContext>, AppError> {
    Ok(PersonContext::of(&app(), browser().await?))
}

/// Returns the headers of the request.
///
/// # Errors
///
/// If called outside of a request.
pub async fn headers() -> Result<axum::http::HeaderMap, AppError> {
    leptos_axum::extract().await.map_err(AppError::from_server_fn_error)
}

/// Converts a server error into the error that pages show, and sets the response status.
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
