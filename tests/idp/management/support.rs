//! A client of the Management API.

use reqwest::{Method, header::HeaderMap};
use serde_json::{Value, json};

use super::schema;
use crate::support::{Provider, SECRET};

/// The Management API of a provider, called with an access token.
pub struct Api {
    http: reqwest::Client,
    /// Address that precedes all paths.
    base: String,
    pub token: String,
}

/// A response of the Management API.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    /// JSON body; `null` if there is none.
    pub body: Value,
}

impl Api {
    /// Authenticates as the client `m2m` with all scopes that it may request.
    pub async fn of(provider: &Provider) -> Self {
        Self::with(provider, &[]).await
    }

    /// Authenticates as the client `m2m` with the scopes in `scope` only.
    pub async fn with_scope(provider: &Provider, scope: &str) -> Self {
        Self::with(provider, &[("scope", scope)]).await
    }

    /// Uses a token from another source.
    pub fn with_token(provider: &Provider, token: &str) -> Self {
        let base = format!("{}api/v2", provider.issuer);
        Self { http: reqwest::Client::new(), base, token: token.to_owned() }
    }

    async fn with(provider: &Provider, extra: &[(&str, &str)]) -> Self {
        let audience = format!("{}api/v2/", provider.issuer);
        let mut form = vec![
            ("grant_type", "client_credentials"),
            ("client_id", "m2m"),
            ("client_secret", SECRET),
            ("audience", &audience),
        ];
        form.extend_from_slice(extra);
        let tokens: Value = provider.post_form("oauth/token", &form).await.json().await.unwrap();
        Self::with_token(provider, tokens["access_token"].as_str().unwrap_or_else(|| panic!("{tokens}")))
    }

    /// Calls `path`, which begins with `/` and may have a query. A `body` of `null` sends no body.
    pub async fn call(&self, method: Method, path: &str, body: Value) -> Answer {
        let request = self.request(method, path);
        self.answer(if body.is_null() { request } else { request.json(&body) }).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, Value::Null).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, body).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PATCH, path, body).await
    }

    pub async fn delete(&self, path: &str, body: Value) -> Answer {
        self.call(Method::DELETE, path, body).await
    }

    /// Calls `path` with a body that need not be JSON.
    pub async fn call_with_text(&self, method: Method, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        self.answer(self.request(method, path).header("content-type", "application/json").body(body)).await
    }

    /// Builds a request with the access token. The test can change the request before it is sent.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token)
    }

    /// Sends a request and returns the response. Asserts that the response matches its documented schema.
    pub async fn answer(&self, request: reqwest::RequestBuilder) -> Answer {
        let request = request.build().unwrap();
        let address = request.url().to_string();
        let (method, path) = (request.method().clone(), address.strip_prefix(&self.base).unwrap());
        let response = self.http.execute(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = if text.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
        };
        schema::check(method.as_str(), path, status, &body);
        Answer { status, headers, body }
    }
}

impl Answer {
    /// Asserts that the call succeeded with `status`, and returns the body.
    #[track_caller]
    pub fn ok(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// Asserts that the call succeeded without a body.
    #[track_caller]
    pub fn no_content(self) {
        assert_eq!((self.status, self.body), (204, Value::Null));
    }

    /// Asserts that the response is exactly this error. An empty `code` means that the error has no code.
    #[track_caller]
    pub fn refused(self, status: u16, message: &str, code: &str) {
        let error = reqwest::StatusCode::from_u16(status).unwrap().canonical_reason().unwrap();
        let mut expected = json!({"statusCode": status, "error": error, "message": message});
        if !code.is_empty() {
            expected["errorCode"] = code.into();
        }
        assert_eq!((self.status, self.body), (status, expected));
    }
}

/// Encodes `text` as one segment of a path.
pub fn segment(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// An organization id that does not exist.
pub const UNKNOWN_ORGANIZATION: &str = "org_0000000000000000";

/// Asserts that the response is the 404 for an organization.
#[track_caller]
pub fn no_organization(answer: Answer) {
    answer.refused(404, "No organization found by that id or name", "");
}

/// Asserts that the response is the 404 for a user.
#[track_caller]
pub fn no_user(answer: Answer) {
    answer.refused(404, "The user does not exist.", "inexistent_user");
}

/// Returns the property `name` of all items of a list.
pub fn pluck<'a>(list: &'a Value, name: &str) -> Vec<&'a str> {
    list.as_array().unwrap().iter().map(|item| item[name].as_str().unwrap()).collect()
}
