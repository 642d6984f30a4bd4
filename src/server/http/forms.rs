//! Server functions, called by the WASM or by a plain form.
//!
//! A plain form that fails is not answered by a redirect with the error in its address, which is what Leptos does and
//! what loses the text: the page is rendered again with the status of the error, the error at its field, and everything
//! that was typed. When the session has ended, what was typed is kept, sealed, until the person is back.

use std::collections::BTreeMap;

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse as _, Redirect, Response},
};
use chrono::TimeDelta;
use url::{Url, form_urlencoded};

use super::{message::Message, pages};
use crate::{
    domain::errors::AppError,
    server::{
        auth::{return_path::ReturnPath, session::BrowserSession},
        crypto::fingerprint,
        error::Error,
        repo::{drafts, seats},
        state::AppState,
    },
    web::ui::form::{EDIT, FormRetry, PAGE_FIELD},
};

/// The most bytes that a form may have: far more than any of ours holds, so that whoever pasted too much is told at the
/// field how much it is, with the text still there.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;

/// The most bytes of a form from a browser in which nobody has signed in: a long description, and what is around it.
const STRANGERS_MAX: usize = 256 * 1024;

/// The most fields of a form. The most that any of ours sends are those of texts in which two people changed every line.
const FIELDS_MAX: usize = 10_000;

/// The most bytes of a form that are kept while its author signs in again.
const KEPT_MAX: usize = 2 * 1024 * 1024;

/// How many forms are kept of one browser.
const KEPT_AT_ONCE: i64 = 10;

/// How long a draft waits for its author.
const DRAFT_LIFETIME: TimeDelta = TimeDelta::hours(12);

/// Runs a server function.
pub async fn run(State(app): State<AppState>, request: Request) -> Response {
    let is_plain_form = request.method() == Method::POST
        && request
            .headers()
            .get(header::ACCEPT)
            .is_some_and(|accept| accept.as_bytes().windows(9).any(|part| part == b"text/html"));
    let (parts, body) = request.into_parts();
    let is_known = is_known(&app, BrowserSession::of(&parts.extensions)).await;
    // Leptos would read any amount, and make far more of many fields.
    let body = match to_bytes(body, if is_known { MAX_BYTES } else { STRANGERS_MAX }).await {
        Ok(body) if body.split(|byte| *byte == b'&').count() <= FIELDS_MAX => body,
        _ => return too_large(is_plain_form, is_known),
    };
    if is_plain_form {
        return run_for_form(app, parts, body).await;
    }
    call(&app, Request::from_parts(parts, Body::from(body))).await
}

/// Whether somebody has signed in in this browser. Where the database does not say, the function that is called will.
async fn is_known(app: &AppState, session: Option<BrowserSession>) -> bool {
    let find = async {
        let Some(session) = session else { return Ok::<_, Error>(false) };
        let Some(browser) = session.browser().await? else { return Ok(false) };
        Ok(browser.person.is_some() || seats::any(&mut app.db.read().await?, browser.id).await?)
    };
    find.await.unwrap_or(false)
}

fn too_large(is_plain_form: bool, is_known: bool) -> Response {
    let error = if is_known { AppError::TooLarge } else { AppError::SignInRequired };
    match (is_plain_form, StatusCode::from_u16(error.status())) {
        (false, Ok(status)) => (status, axum::Json(error)).into_response(),
        _ if is_known => Message::too_large().into_response(),
        _ => Message::too_large_to_keep().into_response(),
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

async fn run_for_form(app: AppState, mut parts: Parts, body: Bytes) -> Response {
    // Read what was typed, and where.
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
        return Message::too_large_to_keep().into_response();
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
    drafts::make_room(&mut tx, browser.id, KEPT_AT_ONCE).await?;
    drafts::put(&mut tx, &key, browser.id, &sealed, app.clock.now() + DRAFT_LIFETIME).await?;
    tx.commit().await?;
    let organization = retry.fields.get("org").map_or("", String::as_str);
    Ok(pages::sign_in(organization, page.as_str(), Some(&id)).into_response())
}

/// What the browser of `session` had typed when it kept the draft called `id`.
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
