//! Verifies ID tokens (OpenID Connect Core section 3.1.3.7).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{
    access_token::check_times,
    jwt::{self, Unverified},
    token_endpoint::{TokenError, Tokens},
};
use crate::server::{lenient, state::AppState};

/// The claims of a verified ID token, as far as they are used.
#[derive(Clone, Debug, Deserialize)]
pub struct Claims {
    /// The person's subject.
    pub sub: String,
    /// `org_…`, the organization's id at the provider.
    #[serde(default, deserialize_with = "lenient::text")]
    pub org_id: Option<String>,
    /// The organization's name in lower case, if the tenant allows names in tokens.
    #[serde(default, deserialize_with = "lenient::text")]
    pub org_name: Option<String>,
    /// The provider's session id (OpenID Connect Front-Channel Logout section 3).
    #[serde(default, deserialize_with = "lenient::text")]
    pub sid: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub email: Option<String>,
    #[serde(default, deserialize_with = "lenient::boolean")]
    pub email_verified: Option<bool>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "lenient::seconds")]
    exp: Option<i64>,
    #[serde(default, deserialize_with = "lenient::seconds")]
    iat: Option<i64>,
    #[serde(default, deserialize_with = "lenient::seconds")]
    nbf: Option<i64>,
    aud: Audience,
    #[serde(default)]
    azp: Option<String>,
    #[serde(default)]
    nonce: Option<Value>,
    #[serde(default)]
    at_hash: Option<String>,
}

impl Claims {
    /// When the provider issued the token, by its own clock.
    #[must_use]
    pub fn issued_at(&self) -> Option<DateTime<Utc>> {
        self.iat.and_then(|iat| DateTime::from_timestamp(iat, 0))
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(#[expect(dead_code, reason = "jwt::claims compares it")] String),
    Several(Vec<String>),
}

/// Verifies the ID token in `tokens`: RS256 by one of the provider's keys, issuer, audience and authorized party, expiry,
/// start and issue time with [`LEEWAY`](super::access_token::LEEWAY), and `nonce`. A refreshed token has no nonce (section
/// 12.2), so `nonce` is `None` then.
///
/// # Errors
/// [`TokenError::Invalid`] with the reason, for the log.
pub async fn verify(
    app: &AppState,
    id_token: &str,
    tokens: &Tokens,
    nonce: Option<&str>,
) -> Result<Claims, TokenError> {
    let key = jwt::find_key(app, id_token, jwt::WithoutKid::OnlyKey).await?;
    let claims: Claims = jwt::claims(app, &key, id_token, app.provider.client_id(), &["iss", "aud", "sub"])?;
    let invalid = |reason: &str| TokenError::Invalid(format!("ID token: {reason}"));
    let (Some(exp), Some(iat)) = (claims.exp, claims.iat) else { return Err(invalid("no times")) };
    check_times(exp, claims.nbf, Some(iat), app.clock.now()).map_err(invalid)?;
    if nonce.is_some_and(|nonce| claims.nonce.as_ref().and_then(Value::as_str) != Some(nonce)) {
        return Err(invalid("another nonce"));
    }
    // Points 4 and 5: the authorized party.
    match (&claims.azp, &claims.aud) {
        (Some(party), _) if party != app.provider.client_id() => return Err(invalid("another authorized party")),
        (None, Audience::Several(audiences)) if audiences.len() > 1 => {
            return Err(invalid("several audiences, no authorized party"));
        }
        _ => {}
    }
    // If the ID token has a hash of the access token, the two must match (section 3.1.3.8).
    if claims.at_hash.as_ref().is_some_and(|expected| *expected != access_token_hash(&tokens.access_token)) {
        return Err(invalid("another access token"));
    }
    Ok(claims)
}

/// Adds name and address from the userinfo endpoint to `claims`, if the ID token lacks one of them. Without a good answer
/// they stay missing, and the sign-in continues.
pub async fn complete(app: &AppState, claims: Claims, access_token: &str) -> Claims {
    if claims.email.is_some() && claims.name.is_some() {
        return claims;
    }
    let Some(more) = app.provider.userinfo(access_token).await else { return claims };
    // The answer may be for another person (section 5.3.4).
    if more.sub != claims.sub {
        tracing::warn!("the userinfo endpoint answered for another subject");
        return claims;
    }
    // The claim `email_verified` is about the address beside it.
    let (email, email_verified) = match claims.email {
        Some(email) => (Some(email), claims.email_verified),
        None => (more.email, more.email_verified),
    };
    Claims { email, email_verified, name: claims.name.or(more.name), ..claims }
}

/// Returns the hash of an access token for RS256 (OpenID Connect Core section 3.1.3.6).
fn access_token_hash(access_token: &str) -> String {
    let hash = Sha256::digest(access_token);
    URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2])
}

impl From<Unverified> for TokenError {
    fn from(error: Unverified) -> Self {
        match error {
            Unverified::Invalid(reason) => Self::Invalid(reason.to_owned()),
            Unverified::Down(down) => Self::Down(down),
        }
    }
}
