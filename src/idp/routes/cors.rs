//! Cross-origin requests of browser applications (Fetch, section 3.3 “CORS protocol”): they may read the answers of the
//! endpoints for them if their origin is one of a client's. No cookie is involved.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::idp::{state::Idp, store::clients};

const HOUR: HeaderValue = HeaderValue::from_static("3600");
const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, OPTIONS");
const HEADERS: HeaderValue = HeaderValue::from_static("authorization, content-type, auth0-client");

/// Middleware of the endpoints that browser applications call: answers preflight requests, and lets allowed origins read the
/// answers.
pub async fn of_clients(State(idp): State<Idp>, request: Request, next: Next) -> Response {
    let Some(origin) = request.headers().get(header::ORIGIN).cloned() else { return next.run(request).await };
    // Without the database no origin is allowed, and the endpoint itself says why.
    let is_allowed = is_of_client(&idp, &origin).await.unwrap_or(false);
    let mut response =
        if is_preflight(&request) { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    if is_allowed {
        allow(headers, origin);
    }
    response
}

async fn is_of_client(idp: &Idp, origin: &HeaderValue) -> sqlx::Result<bool> {
    let Ok(origin) = origin.to_str() else { return Ok(false) };
    let clients = clients::all(&mut idp.database.read().await?).await?;
    Ok(clients.iter().any(|client| client.allows_origin(origin)))
}

/// Middleware of documents that every site may read.
pub async fn of_everyone(request: Request, next: Next) -> Response {
    let mut response =
        if is_preflight(&request) { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    allow(response.headers_mut(), HeaderValue::from_static("*"));
    response
}

fn is_preflight(request: &Request) -> bool {
    request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn allow(headers: &mut HeaderMap, origin: HeaderValue) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HOUR);
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
}
