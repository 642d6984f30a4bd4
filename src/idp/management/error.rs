//! Errors of the Management API, in Auth0's format.

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{
    idp::error::{Error, RETRY_AFTER},
    kernel::database::is_unavailable,
};

/// An error response: `{statusCode, error, message[, errorCode]}`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{status}: {message}")]
pub struct ApiError {
    status: StatusCode,
    message: String,
    code: Option<&'static str>,
}

impl ApiError {
    fn new(status: StatusCode, message: impl Into<String>, code: Option<&'static str>) -> Self {
        Self { status, message: message.into(), code }
    }

    /// Creates a 400 with the code `invalid_body`. `objection` is a sentence; `property` is a path or empty.
    pub fn invalid_body(objection: &str, property: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, validation("Payload", objection, property), Some("invalid_body"))
    }

    /// Creates a 400 with the code `invalid_query_string`.
    pub fn invalid_query(objection: &str, parameter: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, validation("Query", objection, parameter), Some("invalid_query_string"))
    }

    /// Creates a 400 with the code `invalid_uri`.
    pub fn invalid_uri(objection: &str, parameter: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, validation("Path", objection, parameter), Some("invalid_uri"))
    }

    /// Creates a 400 for a well-formed request that cannot be carried out.
    pub fn bad_request(message: impl Into<String>, code: Option<&'static str>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message, code)
    }

    /// Creates a 400 for a valid request that this provider does not support.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::bad_request(message, Some("operation_not_supported"))
    }

    pub fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message, None)
    }

    /// Creates a 403 that lists `scopes`, one of which is required.
    pub fn insufficient_scope(scopes: &[String]) -> Self {
        let message = format!("Insufficient scope, expected any of: {}", scopes.join(","));
        Self::new(StatusCode::FORBIDDEN, message, Some("insufficient_scope"))
    }

    pub fn not_found(message: impl Into<String>, code: Option<&'static str>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message, code)
    }

    /// Creates the 404 for an organization that does not exist.
    pub fn no_organization() -> Self {
        Self::not_found("No organization found by that id or name", None)
    }

    /// Creates the 404 for a user who does not exist.
    pub fn no_user() -> Self {
        Self::not_found("The user does not exist.", Some("inexistent_user"))
    }

    /// Creates the 404 for a role that does not exist.
    pub fn no_role() -> Self {
        Self::not_found("The role does not exist", Some("inexistent_role"))
    }

    /// Creates the 404 for a client that does not exist.
    pub fn no_client() -> Self {
        Self::not_found("The client does not exist", Some("inexistent_client"))
    }

    /// Creates the 400 for a body that names a client that does not exist.
    pub fn no_such_client() -> Self {
        Self::bad_request("The client does not exist", Some("inexistent_client"))
    }

    /// Creates the 404 for a connection that does not exist.
    pub fn no_connection() -> Self {
        Self::not_found("The connection does not exist", Some("inexistent_connection"))
    }

    /// Creates the 404 for an API that does not exist. Auth0 calls an API a resource server.
    pub fn no_resource_server() -> Self {
        Self::not_found("The resource server does not exist", Some("inexistent_resource_server"))
    }

    /// Creates the 404 for an unknown API that is named by its identifier.
    pub fn unknown_audience(audience: &str) -> Self {
        let message = format!("The resource server does not exist: '{audience}'");
        Self::not_found(message, Some("inexistent_resource_server"))
    }

    pub fn conflict(message: impl Into<String>, code: Option<&'static str>) -> Self {
        Self::new(StatusCode::CONFLICT, message, code)
    }

    pub fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "Payload content length greater than maximum allowed", None)
    }

    pub fn too_many_requests() -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "Global limit has been reached", Some("too_many_requests"))
    }

    /// Creates the 403 for a mail beyond the limits of its recipient or organization. Not a 429, after which the client
    /// may call nothing for a while.
    pub fn too_many_mails(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message, Some("too_many_mails"))
    }

    /// Creates a 503 for a request without the database. Only the log contains the cause.
    fn unavailable(cause: &impl std::error::Error) -> Self {
        tracing::warn!(error = %cause, "the database of the Management API is not available");
        let message = "The service is not available at the moment. Try again in a few seconds.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, message, None)
    }

    /// Creates a 500. Only the log contains the cause.
    fn internal(cause: &impl std::error::Error) -> Self {
        tracing::error!(error = %cause, "a request to the Management API failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal error", None)
    }
}

fn validation(kind: &str, objection: &str, property: &str) -> String {
    let location = if property.is_empty() { ".".to_owned() } else { format!(" on property {property}.") };
    format!("{kind} validation error: '{objection}'{location}")
}

impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        // The row was deleted after it was looked up and before the insert that references it.
        if error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_foreign_key_violation) {
            return Self::conflict("The resource was changed by another request. Try again.", None);
        }
        if is_unavailable(&error) { Self::unavailable(&error) } else { Self::internal(&error) }
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        if error.is_unavailable() { Self::unavailable(&error) } else { Self::internal(&error) }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let reason = self.status.canonical_reason().unwrap_or_default();
        let mut body = json!({"statusCode": self.status.as_u16(), "error": reason, "message": self.message});
        if let Some(code) = self.code {
            body["errorCode"] = code.into();
        }
        let response = (self.status, Json(body)).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            return ([(header::RETRY_AFTER, RETRY_AFTER.to_string())], response).into_response();
        }
        response
    }
}
