//! Errors of the token endpoint (RFC 6749 section 5.2), with Auth0's status codes and messages.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{
    idp::{
        error::{RETRY_AFTER, UNAVAILABLE},
        tokens,
    },
    kernel::database::is_unavailable,
};

#[derive(Debug, thiserror::Error)]
#[error("{error}: {description}")]
pub struct TokenError {
    status: StatusCode,
    error: &'static str,
    description: String,
    /// Whether the client used HTTP Basic, so that the response needs the header `WWW-Authenticate`.
    basic: bool,
}

impl TokenError {
    fn new(status: StatusCode, error: &'static str, description: impl Into<String>) -> Self {
        Self { status, error, description: description.into(), basic: false }
    }

    pub fn invalid_request(description: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", description)
    }

    pub fn invalid_scope() -> Self {
        let description = "The scope is wider than the one that was granted.";
        Self::new(StatusCode::BAD_REQUEST, "invalid_scope", description)
    }

    /// Error for a client that may not use the grant type.
    pub fn unauthorized_client(grant_type: &str) -> Self {
        let description = format!("Grant type '{grant_type}' not allowed for the client.");
        Self::new(StatusCode::FORBIDDEN, "unauthorized_client", description)
    }

    /// Error for an unknown audience.
    pub fn unknown_api(audience: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "access_denied", format!("Service not enabled within domain: {audience}"))
    }

    /// Error for a client that has no grant for the API.
    pub fn not_granted(client: &str, audience: &str) -> Self {
        let description = format!(
            "Client is not authorized to access \"{audience}\". You need to create a \"client-grant\" associated to this \
             API. Client: {client}"
        );
        Self::new(StatusCode::FORBIDDEN, "access_denied", description)
    }

    pub fn unsupported_grant_type(grant_type: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "unsupported_grant_type", format!("Unsupported grant type: {grant_type}"))
    }

    /// Error for a client that is unknown or failed to authenticate. Auth0 does not use `invalid_client` here.
    pub fn unauthorized(basic: bool) -> Self {
        Self { basic, ..Self::new(StatusCode::UNAUTHORIZED, "access_denied", "Unauthorized") }
    }

    /// Error for an invalid assertion (RFC 7523 section 3.2). Only the log contains the reason.
    pub fn invalid_assertion(reason: &str) -> Self {
        tracing::info!(reason, "a client assertion was refused");
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", "Failed client authentication")
    }

    /// Error for a client that may not act for the organization.
    pub fn organization_denied(client: &str, organization: &str) -> Self {
        let description = format!("Client {client} is not authorized to access the {organization} organization");
        Self::new(StatusCode::FORBIDDEN, "access_denied", description)
    }

    /// Error for a token that belongs to another client (RFC 7009 section 2.1).
    pub fn not_yours() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", "The token was not issued to this client.")
    }

    /// Error for a user whom an administrator blocked.
    pub fn blocked() -> Self {
        Self::new(StatusCode::FORBIDDEN, "unauthorized", "user is blocked")
    }

    /// Error `invalid_grant` with the status 403 of Auth0; the standard requires 400.
    pub fn invalid_grant(description: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "invalid_grant", description)
    }

    /// Whether the error is internal, so that the caller must roll back.
    pub fn is_internal(&self) -> bool {
        self.status.is_server_error()
    }

    fn internal(cause: &impl std::error::Error) -> Self {
        tracing::error!(error = %cause, "a request to the identity provider failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "Something went wrong here.")
    }
}

impl From<sqlx::Error> for TokenError {
    fn from(error: sqlx::Error) -> Self {
        if !is_unavailable(&error) {
            return Self::internal(&error);
        }
        tracing::warn!(%error, "the database of the identity provider is not available");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", UNAVAILABLE)
    }
}

impl From<jsonwebtoken::errors::Error> for TokenError {
    fn from(error: jsonwebtoken::errors::Error) -> Self {
        Self::internal(&error)
    }
}

impl From<tokens::Error> for TokenError {
    fn from(error: tokens::Error) -> Self {
        match error {
            tokens::Error::Database(error) => error.into(),
            tokens::Error::Signing(error) => error.into(),
        }
    }
}

impl IntoResponse for TokenError {
    fn into_response(self) -> Response {
        let body = json!({"error": self.error, "error_description": self.description});
        let mut response = (self.status, Json(body)).into_response();
        if self.basic {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"token\""));
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER));
        }
        response
    }
}
