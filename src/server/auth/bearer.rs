//! Access tokens of other programs, and our own: JSON Web Tokens for Tessera's API (RFC 9068, RFC 6750).

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{
    jwt::{self, Unverified},
    provider::{LEEWAY, ProviderDown},
};
use crate::{domain::permissions::Permissions, server::state::AppState};

/// A verified access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    pub sub: String,
    /// The organization it was issued for, `org_…`.
    pub org_id: String,
    /// What it may do: its `permissions`, or its scopes where the provider's API has no role-based access control.
    pub permissions: Permissions,
    /// Whether it has a claim `permissions`, so that the provider decides.
    pub is_granting: bool,
    pub expires_at: DateTime<Utc>,
}

/// Why a token is not accepted.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefused {
    /// It is not a token for this API, or not any longer.
    #[error("{0}")]
    Invalid(&'static str),
    /// It is good but names no organization.
    #[error("the token names no organization")]
    NoOrganization,
    /// There are no keys to check it with.
    #[error(transparent)]
    Down(#[from] ProviderDown),
}

impl From<Unverified> for TokenRefused {
    fn from(error: Unverified) -> Self {
        match error {
            Unverified::Invalid(what) => Self::Invalid(what),
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
    /// Only ID tokens have one.
    #[serde(default)]
    nonce: Option<serde_json::Value>,
}

/// Verifies `token`: RS256 by one of the issuer's keys, issuer, audience, lifetime with [`LEEWAY`], organization.
///
/// # Errors
/// [`TokenRefused`].
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
    })
}
