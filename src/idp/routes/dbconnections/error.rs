//! Errors of `/dbconnections`, in Auth0's formats.

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{
    idp::{
        error::{RETRY_AFTER, UNAVAILABLE},
        password::policy::PasswordIssue,
        throttle::TooManyAttempts,
    },
    kernel::database::is_unavailable,
};

/// Why a request below `/dbconnections` is refused.
#[derive(Debug, thiserror::Error)]
pub enum DbConnectionError {
    /// A parameter is invalid, or sign-up is disabled. Contains the message.
    #[error("{0}")]
    Refused(String),
    /// The address is taken. Like Auth0's, the response does not say so.
    #[error("Invalid sign up")]
    InvalidSignUp,
    #[error("{}", .0.message())]
    Password(PasswordIssue),
    #[error("too many requests")]
    TooManyAttempts(TooManyAttempts),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Provider(#[from] crate::idp::error::Error),
}

impl DbConnectionError {
    /// Whether the database cannot be used at the moment.
    fn is_unavailable(&self) -> bool {
        match self {
            Self::Database(error) => is_unavailable(error),
            Self::Provider(error) => error.is_unavailable(),
            _ => false,
        }
    }
}

impl IntoResponse for DbConnectionError {
    fn into_response(self) -> Response {
        let (status, body) = match &self {
            Self::Refused(error) => (StatusCode::BAD_REQUEST, json!({"error": error})),
            Self::InvalidSignUp => (
                StatusCode::BAD_REQUEST,
                json!({
                    "name": "BadRequestError",
                    "code": "invalid_signup",
                    "description": "Invalid sign up",
                    "statusCode": 400,
                }),
            ),
            Self::Password(issue) => (
                StatusCode::BAD_REQUEST,
                json!({
                    "name": issue.name(),
                    "code": "invalid_password",
                    "message": issue.message(),
                    "description": issue.sentence(),
                    "statusCode": 400,
                }),
            ),
            Self::TooManyAttempts(_) => (
                StatusCode::TOO_MANY_REQUESTS,
                json!({
                    "name": "TooManyRequestsError",
                    "code": "too_many_requests",
                    "description": "Global limit has been reached",
                    "statusCode": 429,
                }),
            ),
            error if error.is_unavailable() => {
                tracing::warn!(%error, "the database of the identity provider is not available");
                (
                    StatusCode::SERVICE_UNAVAILABLE,
                    json!({
                        "name": "ServiceUnavailableError",
                        "code": "temporarily_unavailable",
                        "description": UNAVAILABLE,
                        "statusCode": 503,
                    }),
                )
            }
            Self::Database(_) | Self::Provider(_) => {
                tracing::error!(error = %self, "a request to the identity provider failed");
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    json!({"name": "InternalServerError", "code": "server_error", "statusCode": 500}),
                )
            }
        };
        let response = (status, Json(body)).into_response();
        match self {
            Self::TooManyAttempts(too_many) => {
                ([(header::RETRY_AFTER, too_many.seconds(too_many.at).to_string())], response).into_response()
            }
            error if error.is_unavailable() => {
                ([(header::RETRY_AFTER, RETRY_AFTER.to_string())], response).into_response()
            }
            _ => response,
        }
    }
}
