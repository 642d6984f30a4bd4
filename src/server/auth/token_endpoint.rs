//! Calls of the provider's token endpoint (RFC 6749 sections 4.1.3, 5 and 6).

use axum::http::StatusCode;
use oauth2::reqwest;
use serde::Deserialize;
use url::Url;

use super::provider_down::ProviderDown;
use crate::{
    kernel::metrics::{Metrics, Outcome},
    server::{lenient, provider_answer},
};

/// Why a code or a refresh token could not be exchanged for tokens.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error(transparent)]
    Down(#[from] ProviderDown),
    /// The provider refused the grant (RFC 6749 section 5.2): it was used, expired or revoked, or the membership has
    /// ended. Nothing else that an endpoint may answer says so.
    #[error("the provider refused: {0}")]
    Refused(String),
    /// The provider, or something else in its place, has trouble, or does not accept this application. It says nothing
    /// about the grant.
    #[error("the provider has trouble: {0}")]
    Trouble(String),
    /// The tokens are not valid.
    #[error("invalid tokens: {0}")]
    Invalid(String),
}

/// A successful answer of the token endpoint (RFC 6749 section 5.1).
#[derive(Clone, Deserialize)]
pub struct Tokens {
    pub access_token: String,
    /// Missing in the answers of some providers to a refresh (OpenID Connect Core section 12.2).
    #[serde(default, deserialize_with = "lenient::text")]
    pub id_token: Option<String>,
    /// Missing if the provider issues none, and in an answer to a refresh if the present one stays valid.
    #[serde(default, deserialize_with = "lenient::text")]
    pub refresh_token: Option<String>,
    /// Lifetime of the access token in seconds.
    #[serde(default, deserialize_with = "lenient::integer")]
    pub expires_in: Option<i64>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").field("expires_in", &self.expires_in).finish_non_exhaustive()
    }
}

/// An error answer (RFC 6749 section 5.2).
#[derive(Deserialize)]
struct ErrorAnswer {
    error: String,
    #[serde(default, deserialize_with = "lenient::text_or_empty")]
    error_description: String,
}

/// Sends the form of a grant to the token endpoint.
pub async fn request_tokens(
    http: &reqwest::Client,
    metrics: &Metrics,
    endpoint: &Url,
    form: &[(&str, &str)],
) -> Result<Tokens, TokenError> {
    let request = http.post(endpoint.clone()).header("accept", "application/json").form(form);
    let call = async {
        let (status, body) = provider_answer::send(request).await.map_err(|error| {
            tracing::warn!(%error, "the token endpoint did not respond");
            TokenError::Down(ProviderDown)
        })?;
        parse(status, &body)
    };
    metrics.measure_call("token", call, token_outcome).await
}

fn parse(status: StatusCode, body: &[u8]) -> Result<Tokens, TokenError> {
    if status == StatusCode::OK {
        return serde_json::from_slice(body).map_err(|error| TokenError::Trouble(format!("no tokens: {error}")));
    }
    // A server error or a rate limit is no refusal of the grant, whatever the body says.
    let is_answer = status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS;
    let answer = serde_json::from_slice::<ErrorAnswer>(body).ok().filter(|_| is_answer);
    let Some(ErrorAnswer { error, error_description }) = answer else {
        return Err(TokenError::Trouble(format!("status {status}")));
    };
    if is_refusal(&error, &error_description) {
        Err(TokenError::Refused(format!("{error}: {error_description}")))
    } else {
        Err(TokenError::Trouble(format!("status {status}, {error}: {error_description}")))
    }
}

/// Whether an error is about the grant: the error of the specification, and Auth0's for a blocked user.
fn is_refusal(error: &str, description: &str) -> bool {
    error == "invalid_grant" || (error == "unauthorized" && description == "user is blocked")
}

fn token_outcome(result: &Result<Tokens, TokenError>) -> Outcome {
    match result {
        Ok(_) => Outcome::Done,
        Err(TokenError::Refused(_)) => Outcome::Refused,
        Err(TokenError::Trouble(reason)) if reason.starts_with("status 429") => Outcome::Limited,
        Err(_) => Outcome::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(status: u16, body: &str) -> &'static str {
        match parse(StatusCode::from_u16(status).unwrap(), body.as_bytes()) {
            Ok(_) => "tokens",
            Err(TokenError::Refused(_)) => "refused",
            Err(TokenError::Trouble(_)) => "trouble",
            Err(_) => "other",
        }
    }

    #[test]
    fn only_an_invalid_grant_is_a_refusal() {
        for (status, body) in [
            (400, r#"{"error":"invalid_grant"}"#),
            (401, r#"{"error":"invalid_grant","error_description":null}"#),
            (403, r#"{"error":"invalid_grant","error_description":"Unknown or invalid refresh token."}"#),
            (403, r#"{"error":"unauthorized","error_description":"user is blocked"}"#),
        ] {
            assert_eq!(outcome(status, body), "refused", "{status} {body}");
        }
        for error in [
            "invalid_client",
            "unauthorized_client",
            "invalid_request",
            "unsupported_grant_type",
            "invalid_scope",
            "temporarily_unavailable",
            "server_error",
            "access_denied",
            "unauthorized",
            "slow_down",
            "INVALID_GRANT",
        ] {
            for status in [400, 401, 403, 404, 408] {
                let body = format!(r#"{{"error":"{error}","error_description":"x"}}"#);
                assert_eq!(outcome(status, &body), "trouble", "{status} {body}");
            }
        }
        for (status, body) in [
            (400, "<h1>Blocked by the firewall</h1>"),
            (403, "invalid_grant"),
            (404, ""),
            (408, "{}"),
            (400, r#"{"error":"invalid_gr"#),
            (400, r#"{"error":{"code":"invalid_grant"}}"#),
            (429, r#"{"error":"invalid_grant"}"#),
            (502, r#"{"error":"invalid_grant"}"#),
            (302, r#"{"error":"invalid_grant"}"#),
            (200, r#"{"error":"invalid_grant"}"#),
            (200, r#"{"access_token":"a","id_tok"#),
            (204, ""),
        ] {
            assert_eq!(outcome(status, body), "trouble", "{status} {body}");
        }
    }

    #[test]
    fn what_is_optional_may_be_missing_or_of_another_type() {
        for body in [
            r#"{"access_token":"a"}"#,
            r#"{"access_token":"a","token_type":"bearer","expires_in":"3600","scope":["openid"]}"#,
            r#"{"access_token":"a","token_type":7,"expires_in":null,"scope":null,"refresh_token":null,"id_token":""}"#,
            r#"{"access_token":"a","expires_in":-1.5,"refresh_token":{},"more":[{}]}"#,
        ] {
            assert_eq!(outcome(200, body), "tokens", "{body}");
        }
    }
}
