//! The authorization code flow at an issuer (OpenID Connect Core section 3.1), with this provider as the client.

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::{
    AccessTokenHash, AuthType, AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl,
    LoginHint, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError,
    Scope, TokenResponse as _,
    core::{
        CoreAuthPrompt, CoreClient, CoreIdTokenClaims, CoreIdTokenVerifier, CoreJwsSigningAlgorithm,
        CoreProviderMetadata, CoreResponseType, CoreTokenResponse, CoreUserInfoClaims,
    },
};
use url::Url;

use crate::idp::{
    authorization::Prompt,
    federation::{
        error::FederationError,
        http::Http,
        issuers::{Issuers, Metadata},
        options::Options,
        profile::{Identity, UserClaims},
    },
    state::Idp,
};

/// Tolerated difference between the clocks of the issuer and the provider.
const LEEWAY: TimeDelta = TimeDelta::seconds(60);

/// Parameters of the authorization request to the issuer.
#[derive(Debug)]
pub struct AuthorizationRedirect<'a> {
    pub state: &'a str,
    pub nonce: &'a str,
    pub code_verifier: &'a str,
    pub login_hint: Option<&'a str>,
    /// Prompt of the login. A login that asks for the password again also asks for it at the issuer.
    pub prompt: Prompt,
}

impl Issuers {
    /// Builds the address of the issuer's authorization endpoint with the parameters of the request.
    pub async fn login_address(
        &self,
        idp: &Idp,
        options: &Options,
        redirect: &AuthorizationRedirect<'_>,
    ) -> Result<Url, FederationError> {
        let metadata = self.metadata(options, None, idp.clock.now()).await?;
        let client = CoreClient::from_provider_metadata(
            CoreProviderMetadata::clone(&metadata),
            ClientId::new(options.client_id.clone()),
            None,
        )
        .set_redirect_uri(redirect_uri(idp)?);
        let verifier = PkceCodeVerifier::new(redirect.code_verifier.to_owned());
        let (state, nonce) = (CsrfToken::new(redirect.state.to_owned()), Nonce::new(redirect.nonce.to_owned()));
        let scopes = options.scope.split_ascii_whitespace().filter(|scope| *scope != "openid");
        let mut request = client
            .authorize_url(AuthenticationFlow::<CoreResponseType>::AuthorizationCode, || state, || nonce)
            .add_scopes(scopes.map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        if let Some(hint) = redirect.login_hint {
            request = request.set_login_hint(LoginHint::new(hint.to_owned()));
        }
        match redirect.prompt {
            Prompt::Login => request = request.add_prompt(CoreAuthPrompt::Login),
            Prompt::SelectAccount => request = request.add_prompt(CoreAuthPrompt::SelectAccount),
            Prompt::AsNeeded | Prompt::None => {}
        }
        Ok(request.url().0)
    }

    /// Exchanges `code` for the user's identity at the issuer.
    pub async fn identify(
        &self,
        idp: &Idp,
        options: &Options,
        code: &str,
        code_verifier: &str,
        nonce: &str,
    ) -> Result<Identity, FederationError> {
        let now = idp.clock.now();
        let metadata = self.metadata(options, None, now).await?;
        let client = CoreClient::from_provider_metadata(
            CoreProviderMetadata::clone(&metadata),
            ClientId::new(options.client_id.clone()),
            options.client_secret.clone().map(ClientSecret::new),
        )
        .set_redirect_uri(redirect_uri(idp)?)
        .set_auth_type(AuthType::RequestBody);
        let http = self.http(options);
        let call = |request| http.clone().send(request);

        // Exchange the code for tokens (RFC 6749 section 4.1.3, RFC 7636 section 4.5)
        let request = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|_| FederationError::Unreachable("discovery names no token endpoint".to_owned()))?
            .set_pkce_verifier(PkceCodeVerifier::new(code_verifier.to_owned()));
        let tokens = request.request_async(&call).await.map_err(|error| match error {
            RequestTokenError::ServerResponse(answer) => FederationError::Untrusted(answer.to_string()),
            RequestTokenError::Request(error) => FederationError::Unreachable(error.to_string()),
            RequestTokenError::Parse(error, _) => FederationError::Untrusted(format!("token endpoint: {error}")),
            RequestTokenError::Other(error) => FederationError::Untrusted(format!("token endpoint: {error}")),
        })?;

        // Verify the ID token, fetching the keys again if its key is not cached
        let id_token = tokens.id_token().ok_or_else(|| FederationError::Untrusted("no ID token".to_owned()))?;
        let kid = jsonwebtoken::decode_header(id_token.to_string()).ok().and_then(|header| header.kid);
        let metadata = self.metadata(options, kid.as_deref(), now).await?;
        let claims = verify(options, &metadata, &tokens, &Nonce::new(nonce.to_owned()), now)
            .map_err(FederationError::Untrusted)?;

        // Fetch the claims that many issuers omit from the ID token
        let user_claims = UserClaims::new(&claims);
        if user_claims.email.is_some() || metadata.userinfo_endpoint().is_none() {
            return user_claims.identity(claims.subject()).map_err(FederationError::Untrusted);
        }
        let more = userinfo(&http, &metadata, &tokens, &claims).await?;
        UserClaims::new(&more).or(user_claims).identity(claims.subject()).map_err(FederationError::Untrusted)
    }
}

fn redirect_uri(idp: &Idp) -> Result<RedirectUrl, FederationError> {
    RedirectUrl::new(idp.address("login/callback")).map_err(|error| FederationError::Untrusted(error.to_string()))
}

/// Verifies the ID token (OpenID Connect Core section 3.1.3.7): the RS256 signature by a key of the issuer, the issuer,
/// the audience, the authorized party, the nonce, and the expiry and issue time with [`LEEWAY`].
fn verify(
    options: &Options,
    metadata: &Metadata,
    tokens: &CoreTokenResponse,
    nonce: &Nonce,
    now: DateTime<Utc>,
) -> Result<CoreIdTokenClaims, String> {
    let id_token = tokens.id_token().ok_or("no ID token")?;
    let client_id = ClientId::new(options.client_id.clone());
    let (issuer, keys) = (IssuerUrl::clone(metadata.issuer()), metadata.jwks().clone());
    let verifier = match options.client_secret.clone().map(ClientSecret::new) {
        Some(secret) => CoreIdTokenVerifier::new_confidential_client(client_id, secret, issuer, keys),
        None => CoreIdTokenVerifier::new_public_client(client_id, issuer, keys),
    }
    .set_allowed_algs([CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256])
    // Further audiences are accepted only if this provider is the authorized party, which is verified below.
    .set_other_audience_verifier_fn(|_| true)
    .set_time_fn(move || now - LEEWAY)
    .set_issue_time_verifier_fn(move |issued_at| {
        if issued_at <= now + LEEWAY { Ok(()) } else { Err("issued in the future".to_owned()) }
    });
    let claims = id_token.claims(&verifier, nonce).map_err(|error| format!("ID token: {error}"))?;
    // The crate `openidconnect` does not verify the authorized party (section 3.1.3.7, points 4 and 5).
    match claims.authorized_party() {
        Some(party) if **party != options.client_id => return Err(format!("authorized party {}", party.as_str())),
        None if claims.audiences().len() > 1 => return Err("several audiences, no authorized party".to_owned()),
        _ => {}
    }
    // If the ID token has a hash of the access token, the hash must match (section 3.1.3.6).
    if let Some(expected) = claims.access_token_hash() {
        let algorithm = id_token.signing_alg().map_err(|error| error.to_string())?;
        let key = id_token.signing_key(&verifier).map_err(|error| error.to_string())?;
        let actual = AccessTokenHash::from_token(tokens.access_token(), algorithm, key);
        if actual.map_err(|error| error.to_string())? != *expected {
            return Err("access token hash".to_owned());
        }
    }
    Ok(claims.clone())
}

/// Fetches the claims of the userinfo endpoint for the same subject (OpenID Connect Core section 5.3).
async fn userinfo(
    http: &Http,
    metadata: &Metadata,
    tokens: &CoreTokenResponse,
    claims: &CoreIdTokenClaims,
) -> Result<CoreUserInfoClaims, FederationError> {
    let client =
        CoreClient::from_provider_metadata(CoreProviderMetadata::clone(metadata), ClientId::new(String::new()), None);
    let call = |request| http.clone().send(request);
    let request = client
        .user_info(tokens.access_token().clone(), Some(claims.subject().clone()))
        .map_err(|error| FederationError::Untrusted(error.to_string()))?;
    request.request_async(&call).await.map_err(|error| match error {
        openidconnect::UserInfoError::Request(error) => FederationError::Unreachable(error.to_string()),
        error => FederationError::Untrusted(format!("userinfo: {error}")),
    })
}
