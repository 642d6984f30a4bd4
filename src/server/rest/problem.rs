//! API errors: problem details (RFC 9457), with a bearer challenge where required (RFC 6750 section 3).

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use url::Url;

use crate::{
    domain::{
        errors::{AppError, FieldError},
        permissions::Permission,
    },
    server::{auth::bearer::TokenRefused, error::Error},
};

/// An API error as problem details.
#[derive(Clone, Debug, Serialize)]
pub struct Problem {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    /// The missing permission.
    #[serde(skip_serializing_if = "Option::is_none")]
    permission: Option<Permission>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    #[serde(skip)]
    challenge: Option<String>,
    /// Seconds after which the client may try again.
    #[serde(skip)]
    retry_after: Option<u32>,
}

impl Problem {
    fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: detail.into(),
            permission: None,
            errors: Vec::new(),
            challenge: None,
            retry_after: None,
        }
    }

    /// The resource does not exist, or the caller has no access to it.
    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Nothing exists at this address, or you don’t have access to it.")
    }

    /// The request is for a host that is not used here.
    pub(super) fn other_host(base_url: &Url) -> Self {
        Self::new(StatusCode::MISDIRECTED_REQUEST, format!("This API is at {base_url}."))
    }

    /// The path exists, but not with this method.
    pub(super) fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "This address does not support the method.")
    }

    /// No token was sent. The challenge then names no error (RFC 6750 section 3.1).
    pub(super) fn no_token() -> Self {
        let mut problem = Self::new(StatusCode::UNAUTHORIZED, "Send an access token: Authorization: Bearer <token>.");
        problem.challenge = Some("Bearer realm=\"tessera\"".to_owned());
        problem
    }

    fn invalid_token(reason: &str) -> Self {
        let mut problem = Self::new(StatusCode::UNAUTHORIZED, format!("The access token is not accepted: {reason}."));
        problem.challenge =
            Some(format!("Bearer realm=\"tessera\", error=\"invalid_token\", error_description=\"{reason}\""));
        problem
    }

    fn forbidden(permission: Permission) -> Self {
        let detail = format!("This requires the permission {permission}, in the token and by the member’s role.");
        let mut problem = Self::new(StatusCode::FORBIDDEN, detail);
        problem.permission = Some(permission);
        problem.challenge =
            Some(format!("Bearer realm=\"tessera\", error=\"insufficient_scope\", scope=\"{permission}\""));
        problem
    }
}

impl From<TokenRefused> for Problem {
    fn from(refused: TokenRefused) -> Self {
        match refused {
            TokenRefused::Invalid(reason) => Self::invalid_token(reason),
            TokenRefused::NoOrganization => Self::new(
                StatusCode::FORBIDDEN,
                "The access token names no organization. Request it with the organization parameter.",
            ),
            TokenRefused::Down(_) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "The identity provider’s keys are unavailable at the moment. Try again in a minute.",
            ),
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        if matches!(error, Error::TokenRevoked) {
            return Self::invalid_token("the token was revoked");
        }
        let error = AppError::from(error);
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        match error {
            AppError::NotFound | AppError::MembershipEnded { .. } | AppError::OrganizationEnded { .. } => {
                Self::not_found()
            }
            AppError::SignInRequired => Self::no_token(),
            AppError::Forbidden { permission } => Self::forbidden(permission),
            AppError::Invalid { fields } => Self { errors: fields, ..Self::new(status, "Some values are invalid.") },
            error => Self { retry_after: error.retry_after(), ..Self::new(status, error.to_string()) },
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let challenge = self.challenge.as_deref().and_then(|challenge| HeaderValue::from_str(challenge).ok());
        let retry_after = self.retry_after;
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if let Some(challenge) = challenge {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
