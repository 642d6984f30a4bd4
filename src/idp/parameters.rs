//! Request parameters from a query, a form or a JSON object.
//!
//! Parsing never fails. Faults are stored by parameter name, so that each endpoint can report them in its own format.

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::{FromRequest, RawQuery, Request},
    http::{Method, header},
    response::{IntoResponse, Response},
};

/// Maximum number of bytes in a value, which is enough for an ID token as a hint.
const MAX_LENGTH: usize = 8192;

/// Names and values of parameters. An empty value counts as absent (RFC 6749 section 3.1).
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    values: BTreeMap<String, String>,
    faults: BTreeMap<String, Fault>,
}

/// Why a parameter is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The parameter was sent more than once, which RFC 6749 section 3.1 forbids.
    Repeated,
    /// The value is longer than [`MAX_LENGTH`].
    TooLong,
    /// The value contains control characters.
    Unprintable,
    /// The JSON value is not a string.
    NotText,
}

impl Fault {
    /// Returns a phrase that continues `parameter x`.
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Repeated => "must not be sent more than once",
            Self::TooLong => "is too long",
            Self::Unprintable => "has control characters in it",
            Self::NotText => "must be a string",
        }
    }
}

impl Parameters {
    /// Parses a body or a query in the format `application/x-www-form-urlencoded`.
    pub fn from_form(encoded: &[u8]) -> Self {
        let mut parameters = Self::default();
        for (name, value) in url::form_urlencoded::parse(encoded) {
            parameters.insert(name.into_owned(), value.into_owned());
        }
        parameters
    }

    /// Parses a JSON object of strings; `None` if the body is not an object.
    pub fn from_json(body: &[u8]) -> Option<Self> {
        let object: BTreeMap<String, serde_json::Value> = serde_json::from_slice(body).ok()?;
        let mut parameters = Self::default();
        for (name, value) in object {
            match value {
                serde_json::Value::String(value) => parameters.insert(name, value),
                serde_json::Value::Null => {}
                _ => {
                    parameters.faults.insert(name, Fault::NotText);
                }
            }
        }
        Some(parameters)
    }

    fn insert(&mut self, name: String, value: String) {
        if value.len() > MAX_LENGTH {
            self.faults.insert(name, Fault::TooLong);
        } else if value.chars().any(char::is_control) {
            self.faults.insert(name, Fault::Unprintable);
        } else if self.values.contains_key(&name) || self.faults.contains_key(&name) {
            self.values.remove(&name);
            self.faults.insert(name, Fault::Repeated);
        } else {
            self.values.insert(name, value);
        }
    }

    /// Returns the value of the parameter `name` if it is valid and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Returns the value, or an empty text, to fill in a form again.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// Returns the fault of the parameter `name`.
    pub fn fault(&self, name: &str) -> Option<Fault> {
        self.faults.get(name).copied()
    }

    /// Returns the first invalid parameter.
    pub fn first_fault(&self) -> Option<(&str, Fault)> {
        self.faults.iter().next().map(|(name, fault)| (name.as_str(), *fault))
    }

    /// Iterates over names and values, so that a form can send them again.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Encodes a posted form as a query, including repeated parameters.
pub fn as_query(form: &[u8]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(url::form_urlencoded::parse(form)).finish()
}

/// Extracts the parameters from the query of a GET request or the form of a POST request.
impl<S: Send + Sync> FromRequest<S> for Parameters {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        if request.method() == Method::POST {
            let body = Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
            Ok(Self::from_form(&body))
        } else {
            let RawQuery(query) = RawQuery::from_request(request, state).await.map_err(IntoResponse::into_response)?;
            Ok(Self::from_form(query.unwrap_or_default().as_bytes()))
        }
    }
}

/// Parameters of an API endpoint: a JSON object if the content type is JSON, otherwise a form.
#[derive(Debug)]
pub struct ApiParameters(pub Option<Parameters>);

impl<S: Send + Sync> FromRequest<S> for ApiParameters {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let json = content_type.is_some_and(|value| value.trim_start().starts_with("application/json"));
        let body = Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        Ok(Self(if json { Parameters::from_json(&body) } else { Some(Parameters::from_form(&body)) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_reported_by_parameter() {
        let parameters = Parameters::from_form(b"a=1&b=2&a=3&c=x%00y&d=&a=4");
        assert_eq!(parameters.get("a"), None);
        assert_eq!(parameters.fault("a"), Some(Fault::Repeated));
        assert_eq!(parameters.get("b"), Some("2"));
        assert_eq!(parameters.fault("c"), Some(Fault::Unprintable));
        assert_eq!(parameters.get("d"), None);
        assert_eq!(parameters.fault("d"), None);
    }

    #[test]
    fn json_parameters_must_be_strings() {
        let parameters = Parameters::from_json(br#"{"a":"1","b":2,"c":null}"#).unwrap();
        assert_eq!(parameters.get("a"), Some("1"));
        assert_eq!(parameters.fault("b"), Some(Fault::NotText));
        assert_eq!(parameters.fault("c"), None);
        assert!(Parameters::from_json(b"[1]").is_none());
        assert!(Parameters::from_json(b"{").is_none());
    }
}
