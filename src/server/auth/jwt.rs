//! Verifies tokens that the provider signs (JSON Web Tokens, RFC 7519).

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::de::DeserializeOwned;

use super::{jws_header, provider_down::ProviderDown};
use crate::server::state::AppState;

/// Why a token could not be verified.
#[derive(Debug, thiserror::Error)]
pub enum Unverified {
    /// The provider did not sign the token for this audience.
    #[error("{0}")]
    Invalid(&'static str),
    /// The provider's keys are not available.
    #[error(transparent)]
    Down(#[from] ProviderDown),
}

/// Verifies `token` and returns its claims: signed with RS256 by one of the provider's keys, with the provider as
/// issuer, `audience` and every claim of `required`. The caller checks the lifetime, because it uses the injected
/// clock.
pub async fn claims<C: DeserializeOwned>(
    app: &AppState,
    token: &str,
    audience: &str,
    required: &[&str],
) -> Result<C, Unverified> {
    // Find the key that the header names.
    let header = jws_header::parse(token).map_err(Unverified::Invalid)?;
    let kid = header.kid.as_deref().ok_or(Unverified::Invalid("the token names no key"))?;
    let keys = app.provider.keys(Some(kid)).await?;
    let key = keys
        .for_access_tokens
        .find(kid)
        .and_then(|key| DecodingKey::from_jwk(key).ok())
        .ok_or(Unverified::Invalid("the token is signed with an unknown key"))?;
    // Check signature, issuer and audience.
    let mut rules = Validation::new(Algorithm::RS256);
    rules.set_audience(&[audience]);
    rules.set_issuer(&[app.provider.issuer()]);
    rules.set_required_spec_claims(required);
    rules.validate_exp = false;
    let token = jsonwebtoken::decode::<C>(token, &key, &rules)
        .map_err(|_| Unverified::Invalid("the signature, issuer or audience of the token is wrong"))?;
    Ok(token.claims)
}
