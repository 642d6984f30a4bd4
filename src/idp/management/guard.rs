//! Middleware of all operations: authenticates the caller, limits the rate, checks the scopes, and validates path,
//! query and body.

use axum::{
    body::Body,
    extract::{FromRequestParts, MatchedPath, RawPathParams, Request, State, rejection::RawPathParamsRejection},
    http::{HeaderMap, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    idp::{
        id::{ClientId, UserId},
        management::{
            error::ApiError,
            interface::{INTERFACE, Operation, check::Violation},
            kit::MAX_BODY_BYTES,
        },
        state::Idp,
    },
    kernel::metrics::{Limit, Service},
};

/// Path of the Management API, and the end of its audience.
pub const PREFIX: &str = "/api/v2";

/// The client that calls, with the claims of its access token.
#[derive(Clone, Debug)]
pub struct Caller {
    pub client_id: ClientId,
    /// `sub` of the access token: a user, or the client itself for `client_credentials`.
    subject: String,
    scopes: Vec<String>,
}

impl Caller {
    /// Whether the token has `scope`.
    pub fn has(&self, scope: &str) -> bool {
        self.scopes.iter().any(|granted| granted == scope)
    }

    /// Refuses the request if the token lacks `scope`. For operations that require a further scope in some cases.
    pub fn require(&self, scope: &str) -> Result<(), ApiError> {
        if self.has(scope) { Ok(()) } else { Err(ApiError::insufficient_scope(&[scope.to_owned()])) }
    }

    /// Refuses the request unless the token has one of `scopes`, or has the scope `own` and belongs to `user`.
    pub fn require_for(&self, user: &UserId, scopes: &[&str], own: &str) -> Result<(), ApiError> {
        let is_own = self.subject == user.as_str() && self.has(own);
        if is_own || scopes.iter().any(|scope| self.has(scope)) {
            return Ok(());
        }
        Err(ApiError::insufficient_scope(&scopes.iter().map(ToString::to_string).collect::<Vec<_>>()))
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get().cloned().ok_or_else(|| ApiError::unauthorized("Missing authentication"))
    }
}

#[derive(Debug, Deserialize)]
struct Claims {
    azp: Option<String>,
    #[serde(default)]
    sub: String,
    #[serde(default)]
    scope: String,
    exp: i64,
    aud: Value,
}

/// Passes a valid request to its handler and refuses any other.
pub async fn guard(
    State(idp): State<Idp>,
    matched: MatchedPath,
    path: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
    next: Next,
) -> Response {
    let caller = match authenticate(&idp, request.headers()).await {
        Ok(caller) => caller,
        Err(error) => return error.into_response(),
    };
    let now = idp.now();
    let allowance = idp.limits.count(caller.client_id.as_str(), now);
    let mut response = if allowance.is_exceeded {
        idp.metrics.count_refusal(Service::Provider, Limit::ManagementCalls);
        ApiError::too_many_requests().into_response()
    } else {
        match check(request, &caller, &matched, &path).await {
            Ok(mut request) => {
                request.extensions_mut().insert(caller);
                next.run(request).await
            }
            Err(error) => error.into_response(),
        }
    };
    allowance.write(response.headers_mut(), now);
    response
}

async fn authenticate(idp: &Idp, headers: &HeaderMap) -> Result<Caller, ApiError> {
    let value = headers.get(header::AUTHORIZATION).ok_or_else(|| ApiError::unauthorized("Missing authentication"))?;
    let token = value
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(|| ApiError::unauthorized("Bad HTTP authentication header format"))?;
    let keys = idp.keys_for(token).await.unwrap_or_else(|_| idp.keys());
    let claims: Claims = keys
        .verify_ignoring_expiry(token, idp.issuer.as_str())
        .ok_or_else(|| ApiError::unauthorized("Invalid token"))?;
    let audience = idp.management_audience();
    let is_for_us = match &claims.aud {
        Value::String(one) => *one == audience,
        Value::Array(several) => several.iter().any(|one| one.as_str() == Some(&audience)),
        _ => false,
    };
    if !is_for_us {
        return Err(ApiError::unauthorized(format!("Bad audience: {}", claims.aud)));
    }
    if claims.exp <= idp.now().seconds() {
        return Err(ApiError::unauthorized("Expired token received for JSON Web Token validation"));
    }
    let client_id = claims.azp.ok_or_else(|| ApiError::unauthorized("Invalid token"))?;
    let scopes = claims.scope.split_ascii_whitespace().map(str::to_owned).collect();
    Ok(Caller { client_id: ClientId::unchecked(&client_id), subject: claims.sub, scopes })
}

async fn check(
    request: Request,
    caller: &Caller,
    matched: &MatchedPath,
    path: &Result<RawPathParams, RawPathParamsRejection>,
) -> Result<Request, ApiError> {
    let template = matched.as_str().strip_prefix(PREFIX).unwrap_or_default();
    let name = format!("{} {template}", request.method());
    // For methods that the path does not support, the router responds.
    let Some(operation) = INTERFACE.operations.get(&name) else { return Ok(request) };
    if !operation.scopes.iter().any(|scope| caller.has(scope)) {
        return Err(ApiError::insufficient_scope(&operation.scopes));
    }
    let Ok(path) = path else {
        return Err(ApiError::invalid_uri("Path parameters must be UTF-8", ""));
    };
    INTERFACE
        .check_path(operation, path.iter())
        .map_err(|Violation { text, property }| ApiError::invalid_uri(&text, &property))?;
    let query: Vec<_> =
        url::form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()).into_owned().collect();
    INTERFACE
        .check_query(operation, &query)
        .map_err(|Violation { text, property }| ApiError::invalid_query(&text, &property))?;
    check_body(request, operation).await
}

/// Validates the body and puts it back into the request for the handler.
async fn check_body(request: Request, operation: &Operation) -> Result<Request, ApiError> {
    let Some(schema) = &operation.body else { return Ok(request) };
    let (parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, MAX_BODY_BYTES).await.map_err(|_| ApiError::too_large())?;
    let value: Value = serde_json::from_slice(&bytes)
        .map_err(|_| ApiError::bad_request("Invalid request payload JSON format", Some("invalid_body")))?;
    INTERFACE
        .check_body(schema, &value)
        .map_err(|Violation { text, property }| ApiError::invalid_body(&text, &property))?;
    Ok(Request::from_parts(parts, Body::from(bytes)))
}
