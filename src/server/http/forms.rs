//! Server functions, called by the WASM or by a plain form.
//!
//! A plain form that fails is not answered by a redirect with the error in its address, which is what Leptos does and
//! what loses the text: the page is rendered again with the status of the error, the error at its field, and everything
//! that was typed. When the session has ended, what was typed is kept, sealed, until the person is back.

use std::collections::BTreeMap;

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse as _, Redirect, Response},
};
use chrono::TimeDelta;
use url::{Url, form_urlencoded};

use super::{message::Message, pages};
use crate::{
    error::AppError,
    server::{
        auth::{return_path::ReturnPath, session::BrowserSession},
        crypto::fingerprint,
        error::Error,
        repo::drafts,
        state::AppState,
    },
    ui::form::{EDIT, FormRetry, PAGE_FIELD},
};

/// The most bytes that a form may have: far more than any of ours holds, so that whoever pasted too much is told at the
/// field how much it is, with the text still there.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;

/// The most bytes of a form that are kept while its author signs in again.
const KEPT_MAX: usize = 2 * 1024 * 1024;

/// How long a draft waits for its author.
const DRAFT_LIFETIME: TimeDelta = TimeDelta::hours(12);

/// Runs a server function.
pub async fn run(State(app): State<AppState>, request: Request) -> Response {
    let is_plain_form = request.method() == Method::POST
        && request
            .headers()
            .get(header::ACCEPT)
            .is_some_and(|accept| accept.as_bytes().windows(9).any(|part| part == b"text/html"));
    if is_plain_form {
        return run_for_form(app, request).await;
    }
    // Leptos would read any amount.
    let (parts, body) = request.into_parts();
    match to_bytes(body, MAX_BYTES).await {
        Ok(body) => call(&app, Request::from_parts(parts, Body::from(body))).await,
        Err(_) => (StatusCode::PAYLOAD_TOO_LARGE, axum::Json(AppError::TooLarge)).into_response(),
    }
}

async fn call(app: &AppState, request: Request) -> Response {
    let context = app.clone();
    let response =
        leptos_axum::handle_server_fns_with_context(move || pages::provide(&context), request).await.into_response();
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    // What Leptos refuses by itself, such as a form that lacks a field, would have the status of a defect.
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, MAX_BYTES).await.unwrap_or_default();
    if let Ok(error) = serde_json::from_slice::<AppError>(&body)
        && let Ok(status) = StatusCode::from_u16(error.status())
    {
        parts.status = status;
    }
    Response::from_parts(parts, Body::from(body))
}

async fn run_for_form(app: AppState, request: Request) -> Response {
    // Read what was typed, and where.
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BYTES).await else { return Message::too_large().into_response() };
    let fields: BTreeMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
    let length = body.len();
    let action = parts.uri.path().to_owned();
    let page = page_of(&app.config.base_url, &parts.headers, &fields);
    // Call the function as the WASM would, so that the error comes back as data.
    parts.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let response = call(&app, Request::from_parts(parts.clone(), Body::from(body))).await;
    // Lead on when it was carried out.
    if let Some(location) = response.headers().get(header::LOCATION).and_then(|location| location.to_str().ok()) {
        return Redirect::to(location).into_response();
    }
    if response.status().is_success() {
        // A form that the address has opened is done with.
        return Redirect::to(page.without_flag(EDIT).as_str()).into_response();
    }
    let status = response.status();
    let error = match to_bytes(response.into_body(), MAX_BYTES).await.map(|body| serde_json::from_slice(&body)) {
        Ok(Ok(error)) => error,
        _ => AppError::BadRequest,
    };
    // Keep it while its author signs in again.
    if error == AppError::SignInRequired && length > KEPT_MAX {
        return Message::too_large().into_response();
    }
    if error == AppError::SignInRequired {
        let retry = FormRetry { action, error: AppError::Restored, fields, page: None };
        return match keep(&app, BrowserSession::of(&parts.extensions), &retry, &page).await {
            Ok(response) => response,
            Err(error) => Message::from(error).into_response(),
        };
    }
    // Show the form again.
    let Ok(uri) = page.as_str().parse::<Uri>() else { return Message::from_app_error(&error).into_response() };
    let retry = FormRetry { action, error, fields, page: Some(page.as_str().to_owned()) };
    parts.method = Method::GET;
    parts.uri = uri;
    parts.extensions.insert(retry);
    parts.headers.insert(header::ACCEPT, HeaderValue::from_static("text/html"));
    parts.headers.remove(header::CONTENT_TYPE);
    parts.headers.remove(header::CONTENT_LENGTH);
    let mut response = pages::render(app, Request::from_parts(parts, Body::empty())).await;
    if response.status().is_success() {
        *response.status_mut() = if status.is_success() { StatusCode::BAD_REQUEST } else { status };
    }
    response
}

/// The page that the form is on. Browsers send it in full within a site, which our referrer policy lets them; a form that
/// came back before says it itself.
fn page_of(base: &Url, headers: &HeaderMap, fields: &BTreeMap<String, String>) -> ReturnPath {
    let referer =
        headers.get(header::REFERER).and_then(|referer| referer.to_str().ok()).and_then(|it| Url::parse(it).ok());
    referer
        .filter(|referer| referer.origin() == base.origin())
        .and_then(|referer| {
            if referer.path().starts_with("/fn/") {
                return ReturnPath::parse(base, fields.get(PAGE_FIELD)?);
            }
            let query: Vec<_> = referer.query_pairs().filter(|(name, _)| name != "draft").collect();
            let mut path = referer.path().to_owned();
            if !query.is_empty() {
                path.push('?');
                path.push_str(&form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish());
            }
            ReturnPath::parse(base, &path)
        })
        .unwrap_or_else(ReturnPath::home)
}

async fn keep(
    app: &AppState,
    session: Option<BrowserSession>,
    retry: &FormRetry,
    page: &ReturnPath,
) -> Result<Response, Error> {
    let session = session.ok_or(Error::BadRequest)?;
    let browser = session.begin(&app.random, app.clock.now()).await?;
    let id = app.random.token();
    let key = fingerprint(&id);
    let sealed = app.sealer.seal(&place(&key), retry)?;
    let mut tx = app.db.write().await?;
    drafts::put(&mut tx, &key, browser.id, &sealed, app.clock.now() + DRAFT_LIFETIME).await?;
    tx.commit().await?;
    let organization = retry.fields.get("org").map_or("", String::as_str);
    Ok(pages::sign_in(organization, page.as_str(), Some(&id)).into_response())
}

/// What the browser of `session` had typed when it kept the draft called `id`.
///
/// # Errors
/// When the database does not answer.
pub async fn restore(app: &AppState, session: Option<BrowserSession>, id: &str) -> Result<Option<FormRetry>, Error> {
    let Some(session) = session else { return Ok(None) };
    let Some(browser) = session.browser().await? else { return Ok(None) };
    let key = fingerprint(id);
    let mut tx = app.db.read().await?;
    let Some(sealed) = drafts::find(&mut tx, &key, browser.id, app.clock.now()).await? else { return Ok(None) };
    Ok(app.sealer.open(&place(&key), &sealed).ok())
}

fn place(key: &str) -> String {
    format!("form draft {key}")
}
