//! Verifies access tokens for Tessera's API: JSON Web Tokens sent as bearer tokens (RFC 9068, RFC 6750).

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{
    jwt::{self, Unverified},
    provider::LEEWAY,
    provider_down::ProviderDown,
};
use crate::{domain::permissions::Permissions, server::state::AppState};

/// A verified access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    pub sub: String,
    /// The organization that the token was issued for, `org_…`.
    pub org_id: String,
    /// The claim `permissions`, or the scopes if the provider's API has no role-based access control.
    pub permissions: Permissions,
    /// Whether the token has a `permissions` claim, so that the provider decides on permissions.
    pub is_granting: bool,
    pub expires_at: DateTime<Utc>,
    /// The claim `iat`.
    issued_at: Option<DateTime<Utc>>,
}

impl AccessToken {
    /// Whether the token was issued until `end`, or may have been: a token without `iat` has no known age.
    #[must_use]
    pub fn is_issued_until(&self, end: DateTime<Utc>) -> bool {
        self.issued_at.is_none_or(|issued_at| issued_at <= end)
    }
}

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
    exp: i64,
    #[serde(default)]
    nbf: Option<i64>,
    #[serde(default)]
    iat: Option<i64>,
    #[serde(default)]
    org_id: Option<String>,
    #[serde(default)]
    scope: Option<String>,
    #[serde(default)]
    permissions: Option<Vec<String>>,
    /// A claim that only ID tokens have.
    #[serde(default)]
    nonce: Option<serde_json::Value>,
}

/// Verifies `token`: signature (RS256), issuer, audience, lifetime with [`LEEWAY`], and organization.
pub async fn verify(app: &AppState, token: &str) -> Result<AccessToken, TokenRefused> {
    let required = ["exp", "iss", "aud", "sub"];
    let claims: Claims = jwt::claims(app, token, app.provider.audience(), &required).await?;
    if claims.nonce.is_some() {
        return Err(TokenRefused::Invalid("this is an ID token, not an access token"));
    }
    // Check the lifetime.
    let now = app.clock.now();
    let expires_at = DateTime::from_timestamp(claims.exp, 0).ok_or(TokenRefused::Invalid("the token never expires"))?;
    if expires_at + LEEWAY <= now {
        return Err(TokenRefused::Invalid("the token has expired"));
    }
    let latest = (now + LEEWAY).timestamp();
    if claims.nbf.is_some_and(|from| from > latest) || claims.iat.is_some_and(|at| at > latest) {
        return Err(TokenRefused::Invalid("the token is not valid yet"));
    }
    let is_granting = claims.permissions.is_some();
    let names = claims
        .permissions
        .unwrap_or_else(|| claims.scope.unwrap_or_default().split_whitespace().map(ToOwned::to_owned).collect());
    Ok(AccessToken {
        sub: claims.sub,
        org_id: claims.org_id.filter(|id| !id.trim().is_empty()).ok_or(TokenRefused::NoOrganization)?,
        permissions: names.iter().filter_map(|name| name.parse().ok()).collect(),
        is_granting,
        expires_at,
        issued_at: claims.iat.and_then(|at| DateTime::from_timestamp(at, 0)),
    })
}
