//! Verifies access tokens for Tessera's API: JSON Web Tokens sent as bearer tokens (RFC 9068, RFC 6750).

use chrono::DateTime;
use serde::Deserialize;

use super::{
    jwt::{self, SigningKey, Unverified, WithoutKid},
    provider_down::ProviderDown,
    verified_tokens::Fingerprint,
};
use crate::server::{lenient, state::AppState};

pub use super::access_token::AccessToken;

/// Why a token was refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefused {
    /// The token is not for this API, or has expired.
    #[error("{0}")]
    Invalid(&'static str),
    /// The token is valid but has no `org_id`.
    #[error("the token names no organization")]
    NoOrganization,
    /// The provider's keys are not available.
    #[error(transparent)]
    Down(#[from] ProviderDown),
}

impl From<Unverified> for TokenRefused {
    fn from(error: Unverified) -> Self {
        match error {
            Unverified::Invalid(reason) => Self::Invalid(reason),
            Unverified::Down(down) => Self::Down(down),
        }
    }
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    #[serde(default, deserialize_with = "lenient::seconds")]
    exp: Option<i64>,
    #[serde(default, deserialize_with = "lenient::seconds")]
    nbf: Option<i64>,
    #[serde(default, deserialize_with = "lenient::seconds")]
    iat: Option<i64>,
    #[serde(default, deserialize_with = "lenient::text")]
    org_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::words")]
    scope: Option<Vec<String>>,
    #[serde(default, deserialize_with = "lenient::words")]
    permissions: Option<Vec<String>>,
    /// A claim that only ID tokens have.
    #[serde(default)]
    nonce: Option<serde_json::Value>,
}

/// Verifies `token`: signature (RS256), issuer, audience, lifetime with [`LEEWAY`](super::access_token::LEEWAY), and
/// organization. Signature, issuer and audience of a token that was verified a moment ago by the same keys are not checked
/// again; its lifetime is.
///
/// [`access::from_token`](crate::server::access::from_token::from_token) checks at every request what may end meanwhile: the
/// membership, and the tokens from before a logout.
pub async fn verify(app: &AppState, token: &str) -> Result<AccessToken, TokenRefused> {
    let (now, fingerprint) = (app.clock.now(), Fingerprint::of(token));
    let remembered = app.provider.known_keys().await.and_then(|keys| keys.verified_tokens.get(&fingerprint, now));
    if let Some(verified) = remembered {
        verified.check_lifetime(now).map_err(TokenRefused::Invalid)?;
        return Ok(verified);
    }
    let key = jwt::find_key(app, token, WithoutKid::Refused).await?;
    let verified = verify_anew(app, &key, token)?;
    verified.check_lifetime(now).map_err(TokenRefused::Invalid)?;
    key.keys().verified_tokens.insert(fingerprint, verified.clone(), now);
    Ok(verified)
}

/// Verifies everything but the lifetime.
fn verify_anew(app: &AppState, key: &SigningKey, token: &str) -> Result<AccessToken, TokenRefused> {
    let required = ["iss", "aud", "sub"];
    let claims: Claims = jwt::claims(app, key, token, app.provider.audience(), &required)?;
    if claims.nonce.is_some() {
        return Err(TokenRefused::Invalid("this is an ID token, not an access token"));
    }
    let expires_at = claims.exp.and_then(|exp| DateTime::from_timestamp(exp, 0));
    let expires_at = expires_at.ok_or(TokenRefused::Invalid("the token never expires"))?;
    let is_granting = claims.permissions.is_some();
    let names = claims.permissions.or(claims.scope).unwrap_or_default();
    Ok(AccessToken {
        sub: claims.sub,
        org_id: claims.org_id.ok_or(TokenRefused::NoOrganization)?,
        permissions: names.iter().filter_map(|name| name.parse().ok()).collect(),
        is_granting,
        expires_at,
        not_before: claims.nbf,
        issued_at: claims.iat,
    })
}
