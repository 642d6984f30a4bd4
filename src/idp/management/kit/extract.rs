//! Query and body of a request. The guard has validated both before a handler extracts them.

use std::{collections::HashMap, convert::Infallible};

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::request::Parts,
};
use serde::de::DeserializeOwned;

use crate::idp::management::error::ApiError;

/// Maximum number of bytes in a request body.
pub const MAX_BODY_BYTES: usize = 100 * 1024;

/// The validated body of a request.
#[derive(Debug)]
pub struct Payload<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Payload<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let bytes =
            axum::body::to_bytes(request.into_body(), MAX_BODY_BYTES).await.map_err(|_| ApiError::too_large())?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| ApiError::invalid_body(&error.to_string(), ""))
    }
}

/// The validated query parameters of a request.
#[derive(Clone, Debug, Default)]
pub struct QueryText(HashMap<String, Vec<String>>);

impl QueryText {
    /// Parses the query parameters of a request.
    pub fn of(parts: &Parts) -> Self {
        let mut query = Self::default();
        for (name, value) in url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()) {
            query.0.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        query
    }

    /// Returns the last value of the parameter `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(|values| values.last()).map(String::as_str)
    }

    /// Returns all values of the parameter `name`.
    pub fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// Parses the parameter `name` as a number.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.get(name).and_then(|text| text.parse().ok())
    }

    /// Whether the parameter `name` is `true`.
    pub fn is_true(&self, name: &str) -> bool {
        self.get(name) == Some("true")
    }
}

impl<S: Send + Sync> FromRequestParts<S> for QueryText {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}
