//! Verifies tokens that the provider signs (JSON Web Tokens, RFC 7519).

use std::sync::Arc;

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::de::DeserializeOwned;

use super::{jws_header, keys::KeySet, provider_down::ProviderDown};
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

const UNKNOWN_KEY: Unverified = Unverified::Invalid("the token is signed with an unknown key");

/// What a token means whose header names no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithoutKid {
    /// The provider's only key. With several, the one that is meant is not guessed.
    OnlyKey,
    Refused,
}

/// The key that a token is signed with, one of the provider's.
#[derive(Debug)]
pub struct SigningKey {
    keys: Arc<KeySet>,
    /// `None` for the only key.
    kid: Option<String>,
}

impl SigningKey {
    /// The provider's keys, of which this is one.
    #[must_use]
    pub fn keys(&self) -> &KeySet {
        &self.keys
    }

    fn key(&self) -> Option<&DecodingKey> {
        match &self.kid {
            Some(kid) => self.keys.find(kid),
            None => self.keys.only(),
        }
    }
}

/// Finds the key of the provider that the header of `token` names.
pub async fn find_key(app: &AppState, token: &str, without_kid: WithoutKid) -> Result<SigningKey, Unverified> {
    let kid = jws_header::parse(token).map_err(Unverified::Invalid)?.kid;
    if kid.is_none() && without_kid == WithoutKid::Refused {
        return Err(Unverified::Invalid("the token names no key"));
    }
    let keys = app.provider.keys(kid.as_deref()).await?;
    let key = SigningKey { keys, kid };
    if key.key().is_some() { Ok(key) } else { Err(UNKNOWN_KEY) }
}

/// Verifies `token` and returns its claims: signed with RS256 by `key`, with the provider as issuer, `audience` and every
/// claim of `required`. The caller checks the lifetime, because it uses the injected clock.
pub fn claims<C: DeserializeOwned>(
    app: &AppState,
    key: &SigningKey,
    token: &str,
    audience: &str,
    required: &[&str],
) -> Result<C, Unverified> {
    let key = key.key().ok_or(UNKNOWN_KEY)?;
    let mut rules = Validation::new(Algorithm::RS256);
    rules.set_audience(&[audience]);
    rules.set_issuer(&[app.provider.issuer()]);
    rules.set_required_spec_claims(required);
    rules.validate_exp = false;
    let token = jsonwebtoken::decode::<C>(token, key, &rules)
        .map_err(|_| Unverified::Invalid("the signature, issuer or audience of the token is wrong"))?;
    Ok(token.claims)
}
