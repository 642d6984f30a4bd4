//! The OpenID Connect client of the identity provider: discovery, token endpoint and ID tokens.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use oauth2::{
    AuthType, AuthorizationCode, ClientId, ClientSecret, PkceCodeVerifier, RedirectUrl, RefreshToken,
    RequestTokenError, TokenResponse as _, reqwest,
};
use openidconnect::{
    IssuerUrl, JsonWebKeySet, Nonce, TokenResponse as _,
    core::{CoreIdTokenVerifier, CoreJwsSigningAlgorithm},
};
use tokio::sync::Mutex;

use super::{
    access_token::LEEWAY,
    jws_header,
    keys::{KeySet, Keys, is_within},
    oidc::{Claims, Metadata, OidcClient, TokenResponse},
    provider_down::ProviderDown,
    token_endpoint::{NoResponse, request_tokens},
};
use crate::{
    kernel::{
        clock::Clock,
        metrics::{Metrics, answered},
        rs256,
    },
    server::{
        config::{Config, ProviderConfig},
        provider_answer,
    },
};

/// How long the discovery document is cached.
const METADATA_LIFETIME: TimeDelta = TimeDelta::hours(1);

/// How long to wait after a failed discovery before the next.
const RETRY_DELAY: TimeDelta = TimeDelta::seconds(2);

/// Why a code or a refresh token could not be exchanged for tokens.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error(transparent)]
    Down(#[from] ProviderDown),
    /// The provider refused the grant (RFC 6749 section 5.2): it was used, expired or revoked, or the membership has
    /// ended.
    #[error("the provider refused: {0}")]
    Refused(String),
    /// The response is neither tokens nor a refusal (RFC 6749 section 5): something else answers in the provider's place.
    #[error("unreadable response: {0}")]
    Unreadable(String),
    /// The tokens are not valid.
    #[error("invalid tokens: {0}")]
    Invalid(String),
}

#[derive(Debug, Default)]
struct Discovery {
    found: Option<(Arc<Metadata>, DateTime<Utc>)>,
    failed_at: Option<DateTime<Utc>>,
}

/// Client of the identity provider. The first request is made when a person signs in, so the application starts without
/// the provider.
#[derive(Debug)]
pub struct Provider {
    config: ProviderConfig,
    redirect_uri: RedirectUrl,
    http: reqwest::Client,
    clock: Clock,
    metrics: Metrics,
    discovery: Mutex<Discovery>,
    keys: Keys,
}

impl Provider {
    /// # Panics
    /// If TLS cannot be initialized.
    #[must_use]
    pub fn new(config: &Config, clock: Clock, metrics: Metrics) -> Self {
        rs256::install();
        let http = reqwest::ClientBuilder::new()
            // A redirect could send the client secret to another server (server-side request forgery).
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(3))
            .timeout(Duration::from_secs(8))
            .user_agent("tessera")
            .build()
            .expect("TLS can be initialized");
        Self {
            config: config.provider.clone(),
            redirect_uri: RedirectUrl::from_url(config.url("/callback")),
            keys: Keys::new(http.clone(), clock.clone(), metrics.clone()),
            http,
            clock,
            metrics,
            discovery: Mutex::default(),
        }
    }

    /// The issuer exactly as in tokens.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.config.issuer.as_str()
    }

    /// The audience of Tessera's API.
    #[must_use]
    pub fn audience(&self) -> &str {
        &self.config.audience
    }

    /// Tessera's client id.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.config.client_id
    }

    /// Returns the discovery document (OpenID Connect Discovery section 4). A stale one is used while the provider is
    /// down.
    ///
    /// # Errors
    /// [`ProviderDown`] if no document was fetched yet and the provider does not answer.
    pub async fn metadata(&self) -> Result<Arc<Metadata>, ProviderDown> {
        let mut discovery = self.discovery.lock().await;
        let now = self.clock.now();
        let stale = match &discovery.found {
            Some((metadata, found_at)) if is_within(*found_at, METADATA_LIFETIME, now) => return Ok(metadata.clone()),
            stale => stale.as_ref().map(|(metadata, _)| metadata.clone()),
        };
        if discovery.failed_at.is_some_and(|failed_at| is_within(failed_at, RETRY_DELAY, now)) {
            return stale.ok_or(ProviderDown);
        }
        let issuer = IssuerUrl::from_url(self.config.issuer.clone());
        let http = |request| provider_answer::call(self.http.clone(), request);
        let call = Metadata::discover_async(issuer, &http);
        match self.metrics.measure_call("discovery", call, answered).await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                *discovery = Discovery { found: Some((metadata.clone(), now)), failed_at: None };
                Ok(metadata)
            }
            Err(error) => {
                tracing::warn!(?error, issuer = self.issuer(), "discovery failed");
                discovery.failed_at = Some(now);
                stale.ok_or(ProviderDown)
            }
        }
    }

    /// Checks that the provider answers now, and nothing else in its place.
    pub async fn check(&self) -> Result<(), ProviderDown> {
        let metadata = self.metadata().await?;
        self.keys.check(metadata.jwks_uri()).await
    }

    /// Returns the OpenID Connect client with the provider's endpoints.
    pub async fn client(&self) -> Result<OidcClient, ProviderDown> {
        let metadata = self.metadata().await?;
        let client = OidcClient::from_provider_metadata(
            Metadata::clone(&metadata),
            ClientId::new(self.config.client_id.clone()),
            Some(ClientSecret::new(self.config.client_secret.clone())),
        );
        Ok(client.set_redirect_uri(self.redirect_uri.clone()).set_auth_type(AuthType::RequestBody))
    }

    /// Returns the signing keys, fetched again if `kid` is not among the cached ones.
    pub async fn keys(&self, kid: Option<&str>) -> Result<Arc<KeySet>, ProviderDown> {
        let metadata = self.metadata().await?;
        self.keys.find(metadata.jwks_uri(), kid).await
    }

    /// Exchanges a code for tokens (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
    pub async fn exchange(&self, code: String, verifier: String) -> Result<TokenResponse, TokenError> {
        let client = self.client().await?;
        let request = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|_| TokenError::Invalid("discovery names no token endpoint".to_owned()))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier));
        request
            .request_async(&|request| request_tokens(self.http.clone(), self.metrics.clone(), request))
            .await
            .map_err(token_error)
    }

    /// Exchanges a refresh token for fresh tokens (RFC 6749 section 6).
    pub async fn refresh(&self, refresh_token: String) -> Result<TokenResponse, TokenError> {
        let client = self.client().await?;
        let refresh_token = RefreshToken::new(refresh_token);
        let request = client
            .exchange_refresh_token(&refresh_token)
            .map_err(|_| TokenError::Invalid("discovery names no token endpoint".to_owned()))?;
        request
            .request_async(&|request| request_tokens(self.http.clone(), self.metrics.clone(), request))
            .await
            .map_err(token_error)
    }

    /// Verifies the ID token in `tokens` (OpenID Connect Core section 3.1.3.7): RS256 by one of the provider's
    /// keys, issuer, audience and authorized party, expiry and issue time with [`LEEWAY`], nonce. A refreshed token has
    /// no nonce (section 12.2), so `nonce` is `None` then.
    ///
    /// # Errors
    /// [`TokenError::Invalid`] with the reason, for the log.
    pub async fn verify_id_token(&self, tokens: &TokenResponse, nonce: Option<&Nonce>) -> Result<Claims, TokenError> {
        let id_token = tokens.id_token().ok_or_else(|| invalid("no ID token".to_owned()))?;
        let header = jws_header::parse(&id_token.to_string()).map_err(|reason| invalid(reason.to_owned()))?;
        let keys = self.keys(header.kid.as_deref()).await?;
        let now = self.clock.now();
        let verifier = self.verifier(&keys.for_id_tokens, now);
        let claims = match nonce {
            Some(nonce) => id_token.claims(&verifier, nonce),
            None => id_token.claims(&verifier, |_: Option<&Nonce>| Ok(())),
        }
        .map_err(|error| invalid(format!("ID token: {error}")))?;
        // The openidconnect crate does not check the authorized party (section 3.1.3.7, points 4 and 5).
        match claims.authorized_party() {
            Some(party) if **party != self.config.client_id => {
                return Err(invalid(format!("authorized party {party:?}")));
            }
            None if claims.audiences().len() > 1 => {
                return Err(invalid("several audiences, no authorized party".to_owned()));
            }
            _ => {}
        }
        // If the ID token has a hash of the access token, the two must match (section 3.1.3.8).
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = id_token.signing_alg().map_err(|error| invalid(error.to_string()))?;
            let key = id_token.signing_key(&verifier).map_err(|error| invalid(error.to_string()))?;
            let actual = openidconnect::AccessTokenHash::from_token(tokens.access_token(), algorithm, key)
                .map_err(|error| invalid(error.to_string()))?;
            if actual != *expected {
                return Err(invalid("access token hash".to_owned()));
            }
        }
        Ok(claims.clone())
    }

    fn verifier<'a>(
        &self,
        keys: &JsonWebKeySet<openidconnect::core::CoreJsonWebKey>,
        now: DateTime<Utc>,
    ) -> CoreIdTokenVerifier<'a> {
        CoreIdTokenVerifier::new_confidential_client(
            ClientId::new(self.config.client_id.clone()),
            ClientSecret::new(self.config.client_secret.clone()),
            IssuerUrl::from_url(self.config.issuer.clone()),
            keys.clone(),
        )
        .set_allowed_algs([CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256])
        // Other audiences are accepted here: verify_id_token checks that we are the authorized party.
        .set_other_audience_verifier_fn(|_| true)
        .set_time_fn(move || now - LEEWAY)
        .set_issue_time_verifier_fn(move |issued_at| {
            if issued_at <= now + LEEWAY { Ok(()) } else { Err("issued in the future".to_owned()) }
        })
    }
}

fn invalid(reason: String) -> TokenError {
    TokenError::Invalid(reason)
}

/// Whether a response names tokens, valid or not.
fn has_tokens(body: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Value>(body).is_ok_and(|answer| answer.get("id_token").is_some())
}

fn token_error<T: oauth2::ErrorResponse + std::fmt::Display>(error: RequestTokenError<NoResponse, T>) -> TokenError {
    match error {
        RequestTokenError::ServerResponse(answer) => TokenError::Refused(answer.to_string()),
        RequestTokenError::Request(error) => {
            tracing::warn!(?error, "the token endpoint did not respond");
            TokenError::Down(ProviderDown)
        }
        RequestTokenError::Parse(error, body) if has_tokens(&body) => invalid(format!("token endpoint: {error}")),
        RequestTokenError::Parse(error, _) => TokenError::Unreadable(error.to_string()),
        RequestTokenError::Other(error) => TokenError::Unreadable(error),
    }
}
