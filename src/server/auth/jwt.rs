//! Tokens that the provider signs for us (JSON Web Tokens, RFC 7519): whose they are, before what they say.

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::de::DeserializeOwned;

use super::provider::ProviderDown;
use crate::server::state::AppState;

/// Why a token's claims are not to be read.
#[derive(Debug, thiserror::Error)]
pub enum Unverified {
    /// It is not one that the provider signed for this audience.
    #[error("{0}")]
    Invalid(&'static str),
    /// There are no keys to check it with.
    #[error(transparent)]
    Down(#[from] ProviderDown),
}

/// The claims of `token`: RS256 by one of the provider's keys, from it, for `audience`, with every claim of `required`.
/// Lifetimes are left to the caller, since the clock is ours.
pub async fn claims<C: DeserializeOwned>(
    app: &AppState,
    token: &str,
    audience: &str,
    required: &[&str],
) -> Result<C, Unverified> {
    // Find the key that the header names; nothing else in the header is believed.
    let header =
        jsonwebtoken::decode_header(token).map_err(|_| Unverified::Invalid("the token is not a signed JWT"))?;
    if header.alg != Algorithm::RS256 {
        return Err(Unverified::Invalid("the token is not signed with RS256"));
    }
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
        .map_err(|_| Unverified::Invalid("signature, issuer or audience of the token are not right"))?;
    Ok(token.claims)
}
