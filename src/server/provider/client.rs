//! HTTP client of the Management API. It fetches its access token when it needs one.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, Method, header};
use chrono::{DateTime, TimeDelta, Utc};
use oauth2::reqwest;
use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use url::{Url, form_urlencoded};

use super::error::ManagementError;
use crate::{
    kernel::{
        clock::Clock,
        metrics::{Metrics, Outcome},
    },
    server::{config::ManagementConfig, lenient, provider_answer},
};

/// How long before its expiry a token is replaced.
const EXPIRY_MARGIN: TimeDelta = TimeDelta::seconds(60);

/// How long a token is used at most; Auth0's last a day.
const MAX_TOKEN_LIFETIME: TimeDelta = TimeDelta::days(1);

/// How long to wait after status 429 without a reset time.
const DEFAULT_RATE_LIMIT_WAIT: TimeDelta = TimeDelta::seconds(10);

/// Maximum wait after status 429: no rate limit of Auth0 lasts longer.
const MAX_RATE_LIMIT_WAIT: TimeDelta = TimeDelta::minutes(15);

/// An error response of the API. Whatever else answers in its place does not have this shape.
#[derive(Debug, Deserialize)]
struct ErrorBody {
    #[serde(rename = "statusCode")]
    status: u16,
    #[serde(default, deserialize_with = "lenient::text_or_empty")]
    message: String,
    #[serde(rename = "errorCode", default, deserialize_with = "lenient::text")]
    code: Option<String>,
}

#[derive(Debug)]
struct Token {
    secret: String,
    expires_at: DateTime<Utc>,
}

/// Client of the provider's Management API.
#[derive(Debug)]
pub struct Management {
    config: ManagementConfig,
    token_endpoint: Url,
    http: reqwest::Client,
    clock: Clock,
    metrics: Metrics,
    token: Mutex<Option<Token>>,
    /// Until when the rate limit forbids calls.
    limited_until: std::sync::Mutex<Option<DateTime<Utc>>>,
}

impl Management {
    /// # Panics
    /// If TLS cannot be initialized.
    #[must_use]
    pub fn new(config: ManagementConfig, clock: Clock, metrics: Metrics) -> Self {
        let http = reqwest::ClientBuilder::new()
            // A redirect could send the token to another server.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(3))
            .timeout(Duration::from_secs(10))
            .user_agent("tessera")
            .build()
            .expect("TLS can be initialized");
        Self {
            // Relative to the API's URL: with a custom domain, the API's host differs from the issuer's.
            token_endpoint: config.api.join("../../oauth/token").expect("the path is valid"),
            config,
            http,
            clock,
            metrics,
            token: Mutex::default(),
            limited_until: std::sync::Mutex::default(),
        }
    }

    /// Sends a GET request and parses the response.
    pub async fn get<T: DeserializeOwned>(&self, path: &[&str], query: &[(&str, &str)]) -> Result<T, ManagementError> {
        parse(&self.call(&Method::GET, path, query, None).await?)
    }

    /// Sends a POST request and parses the response.
    pub async fn create<T: DeserializeOwned>(&self, path: &[&str], body: &Value) -> Result<T, ManagementError> {
        parse(&self.call(&Method::POST, path, &[], Some(body)).await?)
    }

    /// Sends a request and ignores the body of the response.
    pub async fn send(&self, method: Method, path: &[&str], body: Option<&Value>) -> Result<(), ManagementError> {
        self.call(&method, path, &[], body).await.map(drop)
    }

    async fn call(
        &self,
        method: &Method,
        path: &[&str],
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Vec<u8>, ManagementError> {
        if let Some(until) = self.limited_until() {
            return Err(ManagementError::Limited(until));
        }
        let url = self.url(path, query);
        // If the token was revoked before its expiry, fetch a new one and retry once.
        for is_last in [false, true] {
            let token = self.token().await?;
            let mut request = self.http.request(method.clone(), url.clone()).bearer_auth(&token);
            if let Some(body) = body {
                request = request.header(header::CONTENT_TYPE, "application/json").body(body.to_string());
            }
            let answer = self.exchange(endpoint(path), request).await;
            if !is_last && matches!(answer, Err(ManagementError::Refused { status: 401, .. })) {
                self.discard_token(&token).await;
                continue;
            }
            return answer;
        }
        unreachable!("the last iteration returns")
    }

    /// Sends a request and reads the body of the response.
    async fn exchange(
        &self,
        endpoint: &'static str,
        request: reqwest::RequestBuilder,
    ) -> Result<Vec<u8>, ManagementError> {
        let call = async { self.read(request.send().await.map_err(no_response)?).await };
        self.metrics.measure_call(endpoint, call, outcome).await
    }

    /// Returns the URL of `path`. Segments are percent-encoded: user ids contain `|`.
    fn url(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        let path: Vec<String> =
            path.iter().map(|segment| form_urlencoded::byte_serialize(segment.as_bytes()).collect()).collect();
        let mut url = self.config.api.join(&path.join("/")).expect("encoded segments are a valid path");
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    async fn token(&self) -> Result<String, ManagementError> {
        // The lock is held during the request, so concurrent calls fetch one token.
        let mut token = self.token.lock().await;
        let now = self.clock.now();
        if let Some(token) = token.as_ref().filter(|token| token.expires_at > now + EXPIRY_MARGIN) {
            return Ok(token.secret.clone());
        }
        let body = json!({
            "grant_type": "client_credentials",
            "client_id": self.config.client_id,
            "client_secret": self.config.client_secret,
            "audience": self.config.audience,
        });
        let request = self.http.post(self.token_endpoint.clone()).header(header::CONTENT_TYPE, "application/json");
        let answer = self.exchange("management_token", request.body(body.to_string())).await?;
        let response: TokenResponse = parse(&answer)?;
        let lifetime = response
            .expires_in
            .and_then(TimeDelta::try_seconds)
            .unwrap_or_default()
            .clamp(TimeDelta::zero(), MAX_TOKEN_LIFETIME);
        *token = Some(Token { secret: response.access_token.clone(), expires_at: now + lifetime });
        Ok(response.access_token)
    }

    async fn discard_token(&self, secret: &str) {
        let mut token = self.token.lock().await;
        if token.as_ref().is_some_and(|token| token.secret == secret) {
            *token = None;
        }
    }

    async fn read(&self, response: reqwest::Response) -> Result<Vec<u8>, ManagementError> {
        let status = response.status();
        if status.as_u16() == 429 {
            let until = self.rate_limit_end(response.headers());
            *self.limited_until.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(until);
            return Err(ManagementError::Limited(until));
        }
        let is_json = response.headers().get(header::CONTENT_TYPE).is_some_and(is_json);
        let body =
            provider_answer::body(response).await.map_err(|error| ManagementError::NoResponse(error.to_string()))?;
        if status.is_server_error() {
            return Err(ManagementError::NoResponse(format!("status {status}")));
        }
        // A page of something that answers in the provider's place. A 404 of it must not look like a deleted organization.
        if !is_json && !body.is_empty() {
            return Err(ManagementError::NoResponse(format!("status {status} without JSON")));
        }
        if status.is_success() {
            return Ok(body);
        }
        match serde_json::from_slice::<ErrorBody>(&body) {
            Ok(error) if error.status == status.as_u16() => {
                Err(ManagementError::Refused { status: error.status, message: error.message, code: error.code })
            }
            // The token endpoint's refusal of this application, or an answer of a gateway: neither is about the request.
            _ => Err(ManagementError::NoResponse(format!("status {status} that is not the API’s"))),
        }
    }

    /// Reads when the rate limit ends from the headers of a response with status 429.
    fn rate_limit_end(&self, headers: &HeaderMap) -> DateTime<Utc> {
        let number = |name| headers.get(name).and_then(|value| value.to_str().ok()?.trim().parse::<i64>().ok());
        let now = self.clock.now();
        let until = number("x-ratelimit-reset")
            .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
            .or_else(|| number("retry-after").and_then(TimeDelta::try_seconds).map(|wait| now + wait))
            .unwrap_or(now + DEFAULT_RATE_LIMIT_WAIT);
        until.clamp(now + TimeDelta::seconds(1), now + MAX_RATE_LIMIT_WAIT)
    }

    /// Returns when the current rate limit ends; `None` if calls are allowed.
    #[must_use]
    pub fn limited_until(&self) -> Option<DateTime<Utc>> {
        let limited_until = *self.limited_until.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let now = self.clock.now();
        // A later end is of before the clock was set back.
        limited_until.filter(|until| *until > now && *until <= now + MAX_RATE_LIMIT_WAIT)
    }
}

/// Returns the kind of the endpoint at `path`, which may contain ids, for the metrics.
fn endpoint(path: &[&str]) -> &'static str {
    match path {
        ["connections", ..] => "connections",
        ["organizations", _, "members", ..] => "organization_members",
        ["organizations", _, "invitations", ..] => "organization_invitations",
        ["organizations", ..] => "organizations",
        ["roles", ..] => "roles",
        ["users", ..] => "users",
        _ => "other",
    }
}

fn outcome(answer: &Result<Vec<u8>, ManagementError>) -> Outcome {
    match answer {
        Ok(_) => Outcome::Done,
        Err(ManagementError::Refused { .. }) => Outcome::Refused,
        Err(ManagementError::Limited(_)) => Outcome::Limited,
        Err(ManagementError::NoResponse(_) | ManagementError::Unexpected(_)) => Outcome::Failed,
    }
}

#[derive(Debug, Deserialize)]
struct TokenResponse {
    access_token: String,
    #[serde(default, deserialize_with = "lenient::integer")]
    expires_in: Option<i64>,
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ManagementError> {
    serde_json::from_slice(body).map_err(|error| {
        // A truncated answer is not the provider's last word.
        match serde_json::from_slice::<IgnoredAny>(body) {
            Ok(_) => ManagementError::Unexpected(error.to_string()),
            Err(error) => ManagementError::NoResponse(error.to_string()),
        }
    })
}

fn is_json(content_type: &HeaderValue) -> bool {
    let media_type = content_type.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    media_type.eq_ignore_ascii_case(b"application/json")
}

fn no_response(error: reqwest::Error) -> ManagementError {
    // The URL may contain a user id and is not logged.
    ManagementError::NoResponse(error.without_url().to_string())
}
