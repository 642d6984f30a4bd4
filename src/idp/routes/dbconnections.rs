//! `/dbconnections`: users of database connections through the Authentication API, and its errors.

pub mod change_password;
pub mod signup;

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{
    idp::{
        form,
        parameters::{ApiParameters, Parameters},
        password::policy::PasswordIssue,
        store::{
            clients::{self, Client},
            connection_clients,
            connections::{self, Connection, Strategy},
        },
        throttle::TooManyAttempts,
    },
    kernel::database::Tx,
};

/// Why a request is refused, in Auth0's formats.
#[derive(Debug, thiserror::Error)]
pub enum DbConnectionError {
    /// Invalid parameters, or sign-up is disabled.
    #[error("{0}")]
    Refused(String),
    /// The address is taken, which Auth0 does not tell.
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
            _ => response,
        }
    }
}

/// What both requests need.
struct Checked {
    parameters: Parameters,
    client: Client,
    connection: Connection,
    email: String,
}

/// Validates client, connection and address.
async fn check(tx: &mut Tx, ApiParameters(parameters): ApiParameters) -> Result<Checked, DbConnectionError> {
    let refuse = |text: &str| Err(DbConnectionError::Refused(text.to_owned()));
    let Some(parameters) = parameters else { return refuse("The body is not a JSON object.") };
    for name in ["client_id", "email", "connection", "password"] {
        if let Some(fault) = parameters.fault(name) {
            return refuse(&format!("{name} {}", fault.phrase()));
        }
    }
    for name in ["client_id", "email", "connection"] {
        if parameters.get(name).is_none() {
            return refuse(&format!("{name} is required"));
        }
    }
    let Some(email) = form::email(parameters.text("email")) else { return refuse("email is not valid email") };
    let Some(client) = clients::find(tx, parameters.text("client_id")).await? else {
        return refuse("client not found");
    };
    let connection = connections::by_name(tx, parameters.text("connection")).await?;
    let enabled = connection_clients::of_client(tx, &client.id).await?;
    match connection {
        Some(connection)
            if connection.strategy == Strategy::Auth0 && enabled.iter().any(|one| one.id == connection.id) =>
        {
            Ok(Checked { parameters, client, connection, email })
        }
        _ => refuse("connection not found"),
    }
}
