//! Runs server functions for the WASM client and for plain HTML forms.
//!
//! Leptos answers a failed plain form with a redirect that carries the error in its URL, which loses the input. Here
//! the page is rendered again with the status of the error, the error at its field, and the submitted values. If the
//! session has ended, the form is stored as a draft until its author has signed in again.

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse as _, Redirect, Response},
};
use url::{Url, form_urlencoded};

use super::{
    drafts,
    message::Message,
    pages,
    sent_forms::{MAX_BYTES, call_once},
    upload,
};
use crate::{
    domain::errors::AppError,
    server::{
        auth::{recent, return_path::ReturnPath, session::BrowserSession},
        error::Error,
        repo::seats,
        request_scope::PlainForm,
        state::AppState,
    },
    web::ui::form::{EDIT, FormRetry, PAGE_FIELD, SentFields},
};

/// Maximum size in bytes of a form from a browser that is not signed in: enough for a long description.
const MAX_ANONYMOUS_BYTES: usize = 256 * 1024;

/// Maximum number of fields of a form. The largest form merges two texts in which every line was changed.
const MAX_FIELDS: usize = 10_000;

/// Maximum size of a draft in bytes.
const MAX_DRAFT_BYTES: usize = 2 * 1024 * 1024;

/// Runs a server function.
pub async fn run(State(app): State<AppState>, request: Request) -> Response {
    let is_plain_form = request.method() == Method::POST
        && request
            .headers()
            .get(header::ACCEPT)
            .is_some_and(|accept| accept.as_bytes().windows(9).any(|part| part == b"text/html"));
    let (mut parts, body) = request.into_parts();
    let is_signed_in = is_signed_in(&app, BrowserSession::of(&parts.extensions)).await;
    // Leptos has no limit of its own, and many fields take far more memory than their bytes.
    let body = match to_bytes(body, if is_signed_in { MAX_BYTES } else { MAX_ANONYMOUS_BYTES }).await {
        Ok(body) if body.split(|byte| *byte == b'&').count() <= MAX_FIELDS => body,
        _ => return too_large(is_plain_form, is_signed_in),
    };
    let content_type =
        parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if is_plain_form && upload::is_upload(content_type) {
        let Some(upload) = upload::read(content_type, body).await else {
            return Message::from_app_error(&AppError::BadRequest).into_response();
        };
        let encoded = form_urlencoded::Serializer::new(String::new()).extend_pairs(&upload.fields).finish();
        if encoded.len() > MAX_BYTES {
            return too_large(is_plain_form, is_signed_in);
        }
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        parts.headers.insert(header::CONTENT_TYPE, form);
        parts.headers.remove(header::CONTENT_LENGTH);
        let problem = upload.problem.map(|field| AppError::Invalid { fields: vec![field] });
        return run_for_form(app, parts, encoded.into(), problem).await;
    }
    if is_plain_form {
        return run_for_form(app, parts, body, None).await;
    }
    call_once(&app, parts, body).await
}

/// Whether a person has signed in in this browser. `false` if the database fails: the server function will report that.
async fn is_signed_in(app: &AppState, session: Option<BrowserSession>) -> bool {
    let find = async {
        let Some(session) = session else { return Ok::<_, Error>(false) };
        let Some(browser) = session.browser().await? else { return Ok(false) };
        Ok(browser.person.is_some() || seats::any(&mut app.db.read().await?, browser.id).await?)
    };
    find.await.unwrap_or(false)
}

/// Whether a form of this browser is kept while its author signs in: a person is, or lately was, signed in here. A
/// stranger must not fill the disk with forms.
async fn may_keep(app: &AppState, parts: &Parts) -> bool {
    let session = BrowserSession::of(&parts.extensions);
    let was_signed_in = async {
        match &session {
            Some(session) => session.was_signed_in().await,
            None => Ok(false),
        }
    };
    // The cookie outlives the session.
    !recent::read(app, &parts.headers).is_empty()
        || was_signed_in.await.unwrap_or(false)
        || is_signed_in(app, session.clone()).await
}

fn too_large(is_plain_form: bool, is_signed_in: bool) -> Response {
    let error = if is_signed_in { AppError::TooLarge } else { AppError::SignInRequired };
    match (is_plain_form, StatusCode::from_u16(error.status())) {
        (false, Ok(status)) => (status, axum::Json(error)).into_response(),
        _ if is_signed_in => Message::too_large().into_response(),
        _ => Message::too_large_to_keep().into_response(),
    }
}

/// Runs the server function of a plain form, and answers with a redirect or with the page of the form. With a `problem` of
/// the form, only the page is rendered.
async fn run_for_form(app: AppState, mut parts: Parts, body: Bytes, problem: Option<AppError>) -> Response {
    // Parse the form, and find the page it is on.
    let fields = SentFields(form_urlencoded::parse(&body).into_owned().collect());
    let action = parts.uri.path().to_owned();
    let page = page_of(&app.config.base_url, &parts.headers, &fields);
    // Call the function as the WASM client does, so that an error is returned as data.
    parts.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    parts.extensions.insert(PlainForm);
    let response = match problem.as_ref().map(|problem| (StatusCode::from_u16(problem.status()), problem)) {
        Some((Ok(status), problem)) => (status, axum::Json(problem)).into_response(),
        _ => call_once(&app, parts.clone(), body.clone()).await,
    };
    // Redirect after success.
    if let Some(location) = response.headers().get(header::LOCATION).and_then(|location| location.to_str().ok()) {
        return Redirect::to(location).into_response();
    }
    if response.status().is_success() {
        // Close a form that the URL has opened.
        return Redirect::to(page.without_flag(EDIT).as_str()).into_response();
    }
    let status = response.status();
    let error = match to_bytes(response.into_body(), MAX_BYTES).await.map(|body| serde_json::from_slice(&body)) {
        Ok(Ok(error)) => error,
        _ => AppError::BadRequest,
    };
    // Store the form while its author signs in again.
    if error == AppError::SignInRequired && body.len() > MAX_DRAFT_BYTES {
        return Message::too_large_to_keep().into_response();
    }
    if error == AppError::SignInRequired && !may_keep(&app, &parts).await {
        return Message::sign_in_first().into_response();
    }
    if error == AppError::SignInRequired {
        let retry = FormRetry { action, error: AppError::Restored, fields, page: None };
        let organization = retry.fields.get("org").map_or("", String::as_str);
        return match drafts::store(&app, BrowserSession::of(&parts.extensions), &retry).await {
            Ok(id) => pages::sign_in(organization, page.as_str(), Some(&id)).into_response(),
            Err(error) => Message::from(error).into_response(),
        };
    }
    // No page can be rendered without the database, or in time.
    if matches!(error, AppError::Unavailable | AppError::Busy) {
        // A field may occur several times.
        let typed = form_urlencoded::parse(&body).into_owned().filter(|(name, _)| name != PAGE_FIELD);
        let of_page = (PAGE_FIELD.to_owned(), page.as_str().to_owned());
        return Message::try_form_again(&error, action, typed.chain([of_page]).collect()).into_response();
    }
    // Render the page with the form and the error.
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

/// Returns the page that the form is on. Browsers send its full URL in `Referer`, as our referrer policy allows. A form
/// that was rendered again has it in a field.
fn page_of(base: &Url, headers: &HeaderMap, fields: &SentFields) -> ReturnPath {
    let referer =
        headers.get(header::REFERER).and_then(|referer| referer.to_str().ok()).and_then(|it| Url::parse(it).ok());
    referer
        .filter(|referer| referer.origin() == base.origin())
        .and_then(|referer| {
            if referer.path().starts_with("/fn/") {
                return ReturnPath::parse(base, fields.get(PAGE_FIELD)?);
            }
            let query: Vec<_> = referer.query_pairs().filter(|(name, _)| name != drafts::PARAMETER).collect();
            let mut path = referer.path().to_owned();
            if !query.is_empty() {
                path.push('?');
                path.push_str(&form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish());
            }
            ReturnPath::parse(base, &path)
        })
        .unwrap_or_else(ReturnPath::home)
}
