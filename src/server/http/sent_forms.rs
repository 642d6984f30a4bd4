//! Calls the server functions of forms: a form that is sent twice is carried out once ([`FormOnce`]).

use std::sync::Arc;

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use url::form_urlencoded;

use super::pages;
use crate::{
    domain::errors::AppError,
    kernel::secret::fingerprint,
    server::{access::FormOnce, error::Error, repo::form_submissions::Answer, state::AppState},
    web::ui::form_names::TOKEN_FIELD,
};

/// Maximum size of a form in bytes. It is far larger than the limits of the fields, so that a text that is too long is
/// reported at its field and kept.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;

/// The header by which Leptos tells its client that the answer leads elsewhere.
const REDIRECT: &str = "serverfnredirect";

/// Calls the server function of `parts` with `body`.
pub async fn call_once(app: &AppState, mut parts: Parts, body: Bytes) -> Response {
    let Some(form) = form_of(app, &parts, &body) else {
        return call(app, Request::from_parts(parts, Body::from(body))).await;
    };
    parts.extensions.insert(form.clone());
    let app = app.clone();
    // A browser that sends a form again gives the first request up. It is carried out all the same, with its answer.
    let work = tokio::spawn(async move {
        let response = call(&app, Request::from_parts(parts, Body::from(body))).await;
        settle(&app, &form, response).await
    });
    // A panic answers like that of any other handler.
    work.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// The form of the request, if it has a token. What was typed is part of the fingerprint: other text is another form.
fn form_of(app: &AppState, parts: &Parts, body: &Bytes) -> Option<Arc<FormOnce>> {
    let has_token = parts.method == Method::POST
        && form_urlencoded::parse(body).any(|(name, value)| name == TOKEN_FIELD && !value.is_empty());
    let sent = || format!("{}\n{}", parts.uri.path(), String::from_utf8_lossy(body));
    has_token.then(|| Arc::new(FormOnce::new(fingerprint(&sent()), app.random.token())))
}

/// Keeps the answer, or replaces it by that to the same form before.
async fn settle(app: &AppState, form: &FormOnce, response: Response) -> Response {
    let is_success = response.status().is_success() || response.status().is_redirection();
    let location = response.headers().get(header::LOCATION).and_then(|location| location.to_str().ok());
    let location = location.map(str::to_owned);
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, MAX_BYTES).await.unwrap_or_default();
    let outcome = if is_success {
        let answer = Answer { answer: Some(String::from_utf8_lossy(&body).into_owned()), location };
        form.settle(app, Some(&answer)).await.map(|()| None)
    } else if serde_json::from_slice(&body).is_ok_and(|error: AppError| error == AppError::SentBefore) {
        form.first_answer(app).await
    } else {
        form.settle(app, None).await.map(|()| None)
    };
    match outcome {
        Ok(Some(answer)) => answer_again(answer),
        Ok(None) => Response::from_parts(parts, Body::from(body)),
        Err(error) => {
            report(&error);
            Response::from_parts(parts, Body::from(body))
        }
    }
}

/// The change is made, so its answer is given although it could not be kept.
fn report(error: &Error) {
    tracing::warn!(%error, "the answer to a form cannot be kept");
}

fn answer_again(Answer { answer, location }: Answer) -> Response {
    let json = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    let mut response = (json, answer.unwrap_or_default()).into_response();
    if let Some(location) = location.and_then(|location| HeaderValue::from_str(&location).ok()) {
        response.headers_mut().insert(header::LOCATION, location);
        response.headers_mut().insert(REDIRECT, HeaderValue::from_static(""));
    }
    response
}

/// Calls the server function of `request`.
async fn call(app: &AppState, request: Request) -> Response {
    let context = app.clone();
    let response =
        leptos_axum::handle_server_fns_with_context(move || pages::provide(&context), request).await.into_response();
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    // Leptos responds with status 500 if it rejects a form itself, for example for a missing field. Use the status of
    // the error instead.
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, MAX_BYTES).await.unwrap_or_default();
    if let Ok(error) = serde_json::from_slice::<AppError>(&body)
        && let Ok(status) = StatusCode::from_u16(error.status())
    {
        parts.status = status;
    }
    Response::from_parts(parts, Body::from(body))
}
