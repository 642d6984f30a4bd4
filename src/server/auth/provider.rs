//! The identity provider, whichever it is, as this relying party sees it.

use std::{sync::Arc, time::Duration};

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use oauth2::{
    AsyncHttpClient as _, AuthType, AuthorizationCode, ClientId, ClientSecret, HttpClientError, HttpRequest,
    HttpResponse, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, TokenResponse as _, reqwest,
};
use openidconnect::{
    IssuerUrl, JsonWebKeySet, Nonce, TokenResponse as _,
    core::{CoreIdTokenVerifier, CoreJwsSigningAlgorithm},
};
use tokio::sync::Mutex;

use super::{
    keys::{KeySet, Keys},
    oidc::{Claims, Metadata, OidcClient, TokenResponse},
};
use crate::{
    kernel::clock::Clock,
    server::config::{Config, ProviderConfig},
};

/// How long the discovery document is used without asking again.
const METADATA_LIFETIME: TimeDelta = TimeDelta::hours(1);

/// After a failure the provider is left alone for this long.
const PAUSE: TimeDelta = TimeDelta::seconds(2);

/// How far the provider's clock may be from ours.
pub const LEEWAY: TimeDelta = TimeDelta::seconds(60);

/// The provider does not answer, or not as a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the identity provider cannot be reached")]
pub struct ProviderDown;

/// Why a code or a refresh token gave no tokens.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error(transparent)]
    Down(#[from] ProviderDown),
    /// The provider refused it (RFC 6749 section 5.2): used, expired, revoked, or the membership has ended.
    #[error("the provider refused: {0}")]
    Refused(String),
    /// The answer is not one of a token endpoint, or its tokens are not good.
    #[error("bad tokens: {0}")]
    Bad(String),
}

/// Why the token endpoint said neither yes nor no.
#[derive(Debug, thiserror::Error)]
enum NoAnswer {
    #[error(transparent)]
    Http(#[from] HttpClientError<reqwest::Error>),
    #[error("status {0}")]
    Status(StatusCode),
}

#[derive(Debug, Default)]
struct Discovery {
    found: Option<(Arc<Metadata>, DateTime<Utc>)>,
    failed_at: Option<DateTime<Utc>>,
}

/// The provider. It is asked for the first time when somebody signs in, so that the application starts without it.
#[derive(Debug)]
pub struct Provider {
    config: ProviderConfig,
    redirect_uri: RedirectUrl,
    http: reqwest::Client,
    clock: Clock,
    discovery: Mutex<Discovery>,
    keys: Keys,
}

impl Provider {
    /// # Panics
    /// When TLS cannot be set up on this machine.
    #[must_use]
    pub fn new(config: &Config, clock: Clock) -> Self {
        let http = reqwest::ClientBuilder::new()
            // A redirect could lead the client secret elsewhere (server-side request forgery).
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(3))
            .timeout(Duration::from_secs(8))
            .user_agent("tessera")
            .build()
            .expect("TLS is available");
        Self {
            config: config.provider.clone(),
            redirect_uri: RedirectUrl::from_url(config.url("/callback")),
            keys: Keys::new(http.clone(), clock.clone()),
            http,
            clock,
            discovery: Mutex::default(),
        }
    }

    /// The issuer exactly as tokens name it.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.config.issuer.as_str()
    }

    /// The identifier of Tessera's API.
    #[must_use]
    pub fn audience(&self) -> &str {
        &self.config.audience
    }

    /// Our client id.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.config.client_id
    }

    /// The discovery document (OpenID Connect Discovery section 4).
    ///
    /// # Errors
    /// [`ProviderDown`] when it was never seen and cannot be had.
    pub async fn metadata(&self) -> Result<Arc<Metadata>, ProviderDown> {
        let mut discovery = self.discovery.lock().await;
        let now = self.clock.now();
        let stale = match &discovery.found {
            Some((metadata, found_at)) if *found_at + METADATA_LIFETIME > now => return Ok(metadata.clone()),
            stale => stale.as_ref().map(|(metadata, _)| metadata.clone()),
        };
        if discovery.failed_at.is_some_and(|failed_at| failed_at + PAUSE > now) {
            return stale.ok_or(ProviderDown);
        }
        let issuer = IssuerUrl::from_url(self.config.issuer.clone());
        match Metadata::discover_async(issuer, &self.http).await {
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

    /// Whether the provider answers at this moment.
    ///
    /// # Errors
    /// [`ProviderDown`] when it does not.
    pub async fn check(&self) -> Result<(), ProviderDown> {
        let metadata = self.metadata().await?;
        let answer = self.http.get(metadata.jwks_uri().url().clone()).send().await.map_err(|_| ProviderDown)?;
        if answer.status().is_success() { Ok(()) } else { Err(ProviderDown) }
    }

    /// Our client with the provider's endpoints.
    ///
    /// # Errors
    /// [`ProviderDown`].
    pub async fn client(&self) -> Result<OidcClient, ProviderDown> {
        let metadata = self.metadata().await?;
        let client = OidcClient::from_provider_metadata(
            Metadata::clone(&metadata),
            ClientId::new(self.config.client_id.clone()),
            Some(ClientSecret::new(self.config.client_secret.clone())),
        );
        Ok(client.set_redirect_uri(self.redirect_uri.clone()).set_auth_type(AuthType::RequestBody))
    }

    /// The keys that verify a token signed with `kid`.
    ///
    /// # Errors
    /// [`ProviderDown`] when there are none.
    pub async fn keys(&self, kid: Option<&str>) -> Result<Arc<KeySet>, ProviderDown> {
        let metadata = self.metadata().await?;
        self.keys.find(metadata.jwks_uri(), kid).await
    }

    /// Exchanges a code for tokens (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
    ///
    /// # Errors
    /// [`TokenError`].
    pub async fn exchange(&self, code: String, verifier: String) -> Result<TokenResponse, TokenError> {
        let client = self.client().await?;
        let request = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|_| TokenError::Bad("discovery names no token endpoint".to_owned()))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier));
        request.request_async(&|request| ask_for_tokens(self.http.clone(), request)).await.map_err(token_error)
    }

    /// Exchanges a refresh token for fresh tokens (RFC 6749 section 6).
    ///
    /// # Errors
    /// [`TokenError`].
    pub async fn refresh(&self, refresh_token: String) -> Result<TokenResponse, TokenError> {
        let client = self.client().await?;
        let refresh_token = RefreshToken::new(refresh_token);
        let request = client
            .exchange_refresh_token(&refresh_token)
            .map_err(|_| TokenError::Bad("discovery names no token endpoint".to_owned()))?;
        request.request_async(&|request| ask_for_tokens(self.http.clone(), request)).await.map_err(token_error)
    }

    /// Verifies the ID token in `tokens` fully (OpenID Connect Core section 3.1.3.7): RS256 by one of the provider's
    /// keys, issuer, audience and authorized party, expiry and issue time with [`LEEWAY`], nonce. A refreshed token has
    /// no nonce (section 12.2), so `nonce` is `None` then.
    ///
    /// # Errors
    /// [`TokenError::Bad`] with what is wrong, for the log.
    pub async fn verify_id_token(&self, tokens: &TokenResponse, nonce: Option<&Nonce>) -> Result<Claims, TokenError> {
        let bad = |what: String| TokenError::Bad(what);
        let id_token = tokens.id_token().ok_or_else(|| bad("no ID token".to_owned()))?;
        let kid = jsonwebtoken::decode_header(id_token.to_string()).ok().and_then(|header| header.kid);
        let keys = self.keys(kid.as_deref()).await?;
        let now = self.clock.now();
        let verifier = self.verifier(&keys.for_id_tokens, now);
        let claims = match nonce {
            Some(nonce) => id_token.claims(&verifier, nonce),
            None => id_token.claims(&verifier, |_: Option<&Nonce>| Ok(())),
        }
        .map_err(|error| bad(format!("ID token: {error}")))?;
        // The crate leaves the authorized party to us (section 3.1.3.7, points 4 and 5).
        match claims.authorized_party() {
            Some(party) if **party != self.config.client_id => return Err(bad(format!("authorized party {party:?}"))),
            None if claims.audiences().len() > 1 => {
                return Err(bad("several audiences, no authorized party".to_owned()));
            }
            _ => {}
        }
        // The access token came beside it over TLS; if the token has a hash of it, the two must belong together.
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = id_token.signing_alg().map_err(|error| bad(error.to_string()))?;
            let key = id_token.signing_key(&verifier).map_err(|error| bad(error.to_string()))?;
            let actual = openidconnect::AccessTokenHash::from_token(tokens.access_token(), algorithm, key)
                .map_err(|error| bad(error.to_string()))?;
            if actual != *expected {
                return Err(bad("access token hash".to_owned()));
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
        // An audience beside ours is only acceptable with us as the authorized party, which is checked afterwards.
        .set_other_audience_verifier_fn(|_| true)
        .set_time_fn(move || now - LEEWAY)
        .set_issue_time_verifier_fn(move |issued_at| {
            if issued_at <= now + LEEWAY { Ok(()) } else { Err("issued in the future".to_owned()) }
        })
    }
}

/// Sends a request to the token endpoint. A server that is in trouble or has too much to do refuses nothing, whatever its
/// body says.
async fn ask_for_tokens(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
    let response = http.call(request).await?;
    let status = response.status();
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        return Err(NoAnswer::Status(status));
    }
    Ok(response)
}

fn token_error<T: oauth2::ErrorResponse + std::fmt::Display>(error: RequestTokenError<NoAnswer, T>) -> TokenError {
    match error {
        RequestTokenError::ServerResponse(answer) => TokenError::Refused(answer.to_string()),
        RequestTokenError::Request(error) => {
            tracing::warn!(?error, "the token endpoint did not answer");
            TokenError::Down(ProviderDown)
        }
        RequestTokenError::Parse(error, _) => TokenError::Bad(format!("token endpoint: {error}")),
        RequestTokenError::Other(error) => TokenError::Bad(format!("token endpoint: {error}")),
    }
}
