//! Calls of the Management API, with a token of our own that is asked for when it is needed.

use std::time::Duration;

use axum::http::{HeaderMap, Method, header};
use chrono::{DateTime, TimeDelta, Utc};
use oauth2::reqwest;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use url::{Url, form_urlencoded};

use super::error::ManagementError;
use crate::{kernel::clock::Clock, server::config::ManagementConfig};

/// How long before its end a token is not used any more.
const MARGIN: TimeDelta = TimeDelta::seconds(60);

/// How long to wait after a refusal for too many calls that does not say how long.
const DEFAULT_PAUSE: TimeDelta = TimeDelta::seconds(10);

/// No limit of Auth0's lasts longer.
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(15);

/// What the API sends of an error; it has more.
#[derive(Debug, Deserialize)]
struct ErrorBody {
    message: Option<String>,
    error_description: Option<String>,
    error: Option<String>,
}

#[derive(Debug)]
struct Token {
    secret: String,
    ends_at: DateTime<Utc>,
}

/// The Management API of the provider.
#[derive(Debug)]
pub struct Management {
    config: ManagementConfig,
    token_endpoint: Url,
    http: reqwest::Client,
    clock: Clock,
    token: Mutex<Option<Token>>,
    /// Until when nothing may be asked.
    pause: std::sync::Mutex<Option<DateTime<Utc>>>,
}

impl Management {
    /// # Panics
    /// When TLS cannot be set up on this machine.
    #[must_use]
    pub fn new(config: ManagementConfig, clock: Clock) -> Self {
        let http = reqwest::ClientBuilder::new()
            // A redirect could lead the token elsewhere.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(3))
            .timeout(Duration::from_secs(10))
            .user_agent("tessera")
            .build()
            .expect("TLS is available");
        Self {
            // Beside the API: with a custom domain that is not where people sign in.
            token_endpoint: config.api.join("../../oauth/token").expect("a path"),
            config,
            http,
            clock,
            token: Mutex::default(),
            pause: std::sync::Mutex::default(),
        }
    }

    /// Reads.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn get<T: DeserializeOwned>(&self, path: &[&str], query: &[(&str, &str)]) -> Result<T, ManagementError> {
        let answer = self.call(&Method::GET, path, query, None).await?;
        parse(&answer)
    }

    /// Creates something, and reads the answer.
    ///
    /// # Errors
    /// [`ManagementError`].
    pub async fn create<T: DeserializeOwned>(&self, path: &[&str], body: &Value) -> Result<T, ManagementError> {
        let answer = self.call(&Method::POST, path, &[], Some(body)).await?;
        parse(&answer)
    }

    /// Changes something; the answer does not matter.
    ///
    /// # Errors
    /// [`ManagementError`].
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
        if let Some(until) = self.pause() {
            return Err(ManagementError::Limited(until));
        }
        let address = self.address(path, query);
        // A token that was revoked before its end is refused once, and replaced.
        for is_last in [false, true] {
            let token = self.token().await?;
            let mut request = self.http.request(method.clone(), address.clone()).bearer_auth(&token);
            if let Some(body) = body {
                request = request.header(header::CONTENT_TYPE, "application/json").body(body.to_string());
            }
            let response = request.send().await.map_err(unanswered)?;
            if response.status().as_u16() == 401 && !is_last {
                self.forget(&token).await;
                continue;
            }
            return self.read(response).await;
        }
        unreachable!("the last round returns")
    }

    /// Segments are encoded whole: ids of people have a `|` in them.
    fn address(&self, path: &[&str], query: &[(&str, &str)]) -> Url {
        let path: Vec<String> =
            path.iter().map(|segment| form_urlencoded::byte_serialize(segment.as_bytes()).collect()).collect();
        let mut address = self.config.api.join(&path.join("/")).expect("a path of the API");
        if !query.is_empty() {
            address.query_pairs_mut().extend_pairs(query);
        }
        address
    }

    async fn token(&self) -> Result<String, ManagementError> {
        // One request at a time: a crowd of calls asks for one token.
        let mut token = self.token.lock().await;
        let now = self.clock.now();
        if let Some(token) = token.as_ref().filter(|token| token.ends_at > now + MARGIN) {
            return Ok(token.secret.clone());
        }
        let body = json!({
            "grant_type": "client_credentials",
            "client_id": self.config.client_id,
            "client_secret": self.config.client_secret,
            "audience": self.config.audience,
        });
        let request = self.http.post(self.token_endpoint.clone()).header(header::CONTENT_TYPE, "application/json");
        let response = request.body(body.to_string()).send().await.map_err(unanswered)?;
        let answer = self.read(response).await?;
        let answer: TokenAnswer = parse(&answer)?;
        let lifetime = TimeDelta::try_seconds(answer.expires_in).unwrap_or_default();
        *token = Some(Token { secret: answer.access_token.clone(), ends_at: now + lifetime });
        Ok(answer.access_token)
    }

    async fn forget(&self, secret: &str) {
        let mut token = self.token.lock().await;
        if token.as_ref().is_some_and(|token| token.secret == secret) {
            *token = None;
        }
    }

    async fn read(&self, response: reqwest::Response) -> Result<Vec<u8>, ManagementError> {
        let status = response.status();
        if status.as_u16() == 429 {
            let until = self.pause_of(response.headers());
            *self.pause.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(until);
            return Err(ManagementError::Limited(until));
        }
        let body = response.bytes().await.map_err(unanswered)?;
        if status.is_server_error() {
            return Err(ManagementError::Unanswered(format!("status {status}")));
        }
        if status.is_success() {
            return Ok(body.into());
        }
        let message = serde_json::from_slice::<ErrorBody>(&body)
            .ok()
            .and_then(|body| body.message.or(body.error_description).or(body.error))
            .unwrap_or_default();
        Err(ManagementError::Refused { status: status.as_u16(), message })
    }

    /// Until when a provider that was asked too often wants to be left alone.
    fn pause_of(&self, headers: &HeaderMap) -> DateTime<Utc> {
        let number = |name| headers.get(name).and_then(|value| value.to_str().ok()?.trim().parse::<i64>().ok());
        let now = self.clock.now();
        let until = number("x-ratelimit-reset")
            .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
            .or_else(|| number("retry-after").and_then(TimeDelta::try_seconds).map(|wait| now + wait))
            .unwrap_or(now + DEFAULT_PAUSE);
        until.clamp(now + TimeDelta::seconds(1), now + LONGEST_PAUSE)
    }

    /// Whether the API wants to be left alone, and until when. What is not urgent waits for it.
    #[must_use]
    pub fn pause(&self) -> Option<DateTime<Utc>> {
        let pause = *self.pause.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        pause.filter(|until| *until > self.clock.now())
    }
}

#[derive(Debug, Deserialize)]
struct TokenAnswer {
    access_token: String,
    expires_in: i64,
}

fn parse<T: DeserializeOwned>(answer: &[u8]) -> Result<T, ManagementError> {
    serde_json::from_slice(answer).map_err(|error| ManagementError::Unexpected(error.to_string()))
}

fn unanswered(error: reqwest::Error) -> ManagementError {
    // The address is left out: it may hold somebody's id.
    ManagementError::Unanswered(error.without_url().to_string())
}
