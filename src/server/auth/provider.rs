//! The OpenID Connect client of the identity provider: discovery, keys, token endpoint and userinfo endpoint.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use oauth2::reqwest;
use tokio::sync::Mutex;
use url::Url;

use super::{
    keys::{KeySet, Keys, is_within},
    metadata::Metadata,
    provider_down::ProviderDown,
    token_endpoint::{TokenError, Tokens, request_tokens},
    userinfo::UserInfo,
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
    redirect_uri: Url,
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
            redirect_uri: config.url("/callback"),
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
        match self.metrics.measure_call("discovery", self.discover(), answered).await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                *discovery = Discovery { found: Some((metadata.clone(), now)), failed_at: None };
                Ok(metadata)
            }
            Err(error) => {
                tracing::warn!(error, issuer = self.issuer(), "discovery failed");
                discovery.failed_at = Some(now);
                stale.ok_or(ProviderDown)
            }
        }
    }

    /// Fetches the document from below the issuer (section 4.1). It must name this issuer, as text (section 4.3).
    async fn discover(&self) -> Result<Metadata, String> {
        let address = self.config.issuer.join(".well-known/openid-configuration").map_err(|error| error.to_string())?;
        let document = provider_answer::document::<Metadata>(self.http.get(address));
        let metadata = document.await.map_err(|error| error.to_string())?;
        if metadata.issuer != self.issuer() {
            return Err(format!(
                "the document is of the issuer {}; is AUTH0_ISSUER_URL exactly that?",
                metadata.issuer
            ));
        }
        Ok(metadata)
    }

    /// Checks that the provider answers, and nothing else in its place: now, or a few seconds ago.
    pub async fn check(&self) -> Result<(), ProviderDown> {
        let metadata = self.metadata().await?;
        self.keys.check(&metadata.jwks_uri).await
    }

    /// The address that the provider sends the browser back to.
    #[must_use]
    pub const fn redirect_uri(&self) -> &Url {
        &self.redirect_uri
    }

    /// Returns the signing keys, fetched again if `kid` is not among the cached ones.
    pub async fn keys(&self, kid: Option<&str>) -> Result<Arc<KeySet>, ProviderDown> {
        let metadata = self.metadata().await?;
        self.keys.find(&metadata.jwks_uri, kid).await
    }

    /// Returns the signing keys if they are cached and fresh. Fetches nothing.
    pub async fn known_keys(&self) -> Option<Arc<KeySet>> {
        self.keys.known().await
    }

    /// Exchanges a code for tokens (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
    pub async fn exchange(&self, code: &str, verifier: &str) -> Result<Tokens, TokenError> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.redirect_uri.as_str()),
            ("code_verifier", verifier),
        ];
        self.request_tokens(&form).await
    }

    /// Exchanges a refresh token for fresh tokens (RFC 6749 section 6).
    pub async fn refresh(&self, refresh_token: &str) -> Result<Tokens, TokenError> {
        self.request_tokens(&[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await
    }

    /// Sends a grant with the client's credentials in the form (RFC 6749 section 2.3.1), as Auth0 registers clients.
    async fn request_tokens(&self, grant: &[(&str, &str)]) -> Result<Tokens, TokenError> {
        let metadata = self.metadata().await?;
        let client = [("client_id", self.client_id()), ("client_secret", &self.config.client_secret)];
        let form = [grant, &client].concat();
        request_tokens(&self.http, &self.metrics, &metadata.token_endpoint, &form).await
    }

    /// Fetches the claims of the person that `access_token` is for; `None` without a good answer.
    pub async fn userinfo(&self, access_token: &str) -> Option<UserInfo> {
        let address = self.metadata().await.ok()?.userinfo_endpoint.clone()?;
        let call = provider_answer::document(self.http.get(address).bearer_auth(access_token));
        match self.metrics.measure_call("userinfo", call, answered).await {
            Ok(claims) => Some(claims),
            Err(error) => {
                tracing::warn!(%error, "the userinfo endpoint did not answer");
                None
            }
        }
    }
}
