//! The current request of a server function: its person and organization, and the status of the response.

use std::{pin::Pin, sync::Arc};

use axum::http::{HeaderMap, StatusCode, header, request::Parts};
use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;

use crate::{
    domain::errors::AppError,
    kernel::time_zone::TimeZone,
    server::{
        access::{FormOnce, OrgContext, PersonContext},
        auth::session::{Browser, BrowserSession},
        error::Error,
        fair_queue::{Slot, SlotKind},
        open_page,
        request_scope::{PlainForm, RequestScope},
        state::AppState,
    },
};

/// Runs `work` for a member of the organization with the slug `slug`; otherwise like [`respond`].
pub async fn in_organization<T>(
    slug: &str,
    work: impl AsyncFnOnce(OrgContext) -> Result<T, Error>,
) -> Result<T, AppError> {
    respond(async || {
        let (ctx, _slot) = organization(slug).await?;
        work(ctx).await
    })
    .await
}

/// Runs `work` for the signed-in person; otherwise like [`respond`].
pub async fn as_person<T>(work: impl AsyncFnOnce(PersonContext) -> Result<T, Error>) -> Result<T, AppError> {
    respond(async || work(signed_in().await?.ok_or(Error::SignInRequired)?).await).await
}

/// Runs the body of a server function in the scope of the request. Logs an error, converts it to the error that pages
/// show, and sets the status of the response.
pub async fn respond<T>(work: impl AsyncFnOnce() -> Result<T, Error>) -> Result<T, AppError> {
    let work = start(work);
    let work = async { work.await.map_err(AppError::from) };
    let outcome = match scope() {
        Some(scope) => scope.run(work).await,
        None => work.await,
    };
    outcome.inspect_err(set_status)
}

/// Puts the future of `work` on the heap. Without optimization, every function that it passes through would hold copies of it
/// on the stack.
fn start<T>(work: impl AsyncFnOnce() -> Result<T, Error>) -> Pin<Box<impl Future<Output = Result<T, Error>>>> {
    Box::pin(work())
}

/// Returns the application state.
#[must_use]
pub fn app() -> AppState {
    expect_context()
}

/// Returns the browser session of the request, if there is one.
pub async fn browser() -> Result<Option<Browser>, Error> {
    match parts().and_then(|parts| BrowserSession::of(&parts.extensions)) {
        Some(session) => session.browser().await,
        None => Ok(None),
    }
}

/// Returns the signed-in person, if there is one.
pub async fn signed_in() -> Result<Option<PersonContext>, Error> {
    Ok(PersonContext::of(&app(), browser().await?))
}

/// Returns the headers of the request.
#[must_use]
pub fn headers() -> HeaderMap {
    parts().map(|parts| parts.headers).unwrap_or_default()
}

/// Whether the request is from a form without scripts.
#[must_use]
pub fn is_plain_form() -> bool {
    parts().is_some_and(|parts| parts.extensions.get::<PlainForm>().is_some())
}

/// Returns the id of the request. `None` outside of a request, for example while Leptos generates the routes.
#[must_use]
pub fn id() -> Option<String> {
    scope().map(|scope| scope.id().to_owned())
}

/// Returns the time zone of the browser, if it has said it.
#[must_use]
pub fn time_zone() -> Option<TimeZone> {
    scope().and_then(|scope| scope.time_zone())
}

/// Returns the form that the request carries out, if it has the token of a page.
#[must_use]
pub fn form() -> Option<Arc<FormOnce>> {
    parts().and_then(|parts| parts.extensions.get::<Arc<FormOnce>>().cloned())
}

/// Sets the status of the response to that of `error`, and when to try again.
pub fn set_status(error: &AppError) {
    if let (Some(response), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(error.status())) {
        response.set_status(status);
        if let Some(seconds) = error.retry_after() {
            response.insert_header(header::RETRY_AFTER, seconds.into());
        }
    }
}

/// Returns the context in the organization, and its slot. The middleware has got both for a page that
/// is being rendered, unless it is rendered again with a form.
async fn organization(slug: &str) -> Result<(OrgContext, Option<Slot>), Error> {
    let authorized = parts().and_then(|parts| parts.extensions.get::<OrgContext>().cloned());
    if let Some(authorized) = authorized.filter(|ctx| ctx.slug == slug) {
        return Ok((authorized, None));
    }
    let browser = browser().await?.ok_or(Error::SignInRequired)?;
    let (mut ctx, slot) = open_page::context(&app(), browser, slug, SlotKind::Request).await?;
    ctx.form = form();
    Ok((ctx, Some(slot)))
}

fn scope() -> Option<RequestScope> {
    parts().and_then(|parts| parts.extensions.get::<RequestScope>().cloned())
}

fn parts() -> Option<Parts> {
    use_context()
}
