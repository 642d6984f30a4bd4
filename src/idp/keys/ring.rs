//! Signing keys: generating, loading, rotating, signing and verifying.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation,
    errors::ErrorKind,
    jwk::{Jwk, PublicKeyUse, ThumbprintHash},
};
use rand::{SeedableRng as _, rngs::StdRng};
use ring::{
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use rsa::{
    RsaPrivateKey,
    pkcs1::{EncodeRsaPrivateKey as _, LineEnding},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;

use crate::{
    idp::{
        error::Error,
        store::keys::{self, KeyState},
    },
    kernel::{database::Tx, random::Random, sealer::Sealer, unix_time::UnixTime},
};

const KEY_BITS: usize = 2048;

/// An RSA key for RS256, the only algorithm that Auth0 requires clients to accept.
pub struct SigningKey {
    /// Key id: the JWK thumbprint (RFC 7638).
    kid: String,
    /// Public key in the format of RFC 7517.
    jwk: Jwk,
    pair: RsaKeyPair,
    decoding: DecodingKey,
}

/// The published keys. One of them signs, the others only verify.
pub struct KeyRing {
    current: SigningKey,
    /// The next key, and the previous keys whose tokens may still be in use.
    others: Vec<SigningKey>,
    /// Ids and states of the keys in the database when they were loaded.
    states: Vec<(String, KeyState)>,
}

/// A generated key that is not stored yet. Generating a key takes long, so it is done before the transaction.
pub struct NewKey {
    kid: String,
    pem: String,
}

/// Generates a key on a thread for blocking work.
pub async fn generate(random: &Random) -> Result<NewKey, Error> {
    let mut rng = StdRng::from_seed(random.bytes());
    let generated = tokio::task::spawn_blocking(move || {
        let key = RsaPrivateKey::new(&mut rng, KEY_BITS).map_err(|error| Error::Key(error.to_string()))?;
        key.to_pkcs1_pem(LineEnding::LF).map_err(|error| Error::Key(error.to_string()))
    });
    let pem = generated.await.map_err(|error| Error::Key(error.to_string()))??.to_string();
    Ok(NewKey { kid: SigningKey::from_pem(&pem)?.kid, pem })
}

/// Loads the keys and generates missing ones.
pub async fn load_or_generate(tx: &mut Tx, sealer: &Sealer, random: &Random, now: UnixTime) -> Result<KeyRing, Error> {
    let stored = keys::all(tx).await?;
    for state in [KeyState::Current, KeyState::Next] {
        if !stored.iter().any(|key| key.state == state) {
            insert(tx, sealer, &generate(random).await?, state, now).await?;
        }
    }
    load(tx, sealer).await
}

async fn insert(tx: &mut Tx, sealer: &Sealer, key: &NewKey, state: KeyState, now: UnixTime) -> sqlx::Result<()> {
    let private_key = sealer.seal_text(&keys::seal_context(&key.kid), &key.pem)?;
    keys::insert(tx, &key.kid, &private_key, state, now).await
}

/// Loads the published keys. Fails if no key is current.
pub async fn load(tx: &mut Tx, sealer: &Sealer) -> Result<KeyRing, Error> {
    let mut current = None;
    let mut others = Vec::new();
    let mut states = Vec::new();
    for stored in keys::all(tx).await?.into_iter().filter(|key| key.state != KeyState::Revoked) {
        let pem = sealer.open_text(&keys::seal_context(&stored.kid), &stored.private_key).map_err(sqlx::Error::from)?;
        let key = SigningKey::from_pem(&pem)?;
        if stored.state == KeyState::Current {
            current = Some(key);
        } else {
            others.push(key);
        }
        states.push((stored.kid, stored.state));
    }
    states.sort_by(|(one, _), (other, _)| one.cmp(other));
    let current = current.ok_or_else(|| Error::Key("no key signs".to_owned()))?;
    Ok(KeyRing { current, others, states })
}

/// Makes the next key current and the current key previous, and inserts `new` as the next key. Clients that have
/// fetched the keys before already know the new current key. Returns false if another process rotated the keys at the
/// same time.
pub async fn rotate(tx: &mut Tx, sealer: &Sealer, new: &NewKey, now: UnixTime) -> Result<bool, Error> {
    let stored = keys::all(tx).await?;
    for (from, to) in [(KeyState::Current, KeyState::Previous), (KeyState::Next, KeyState::Current)] {
        for key in stored.iter().filter(|key| key.state == from) {
            if !keys::update_state(tx, &key.kid, from, to, now).await? {
                return Ok(false);
            }
        }
    }
    insert(tx, sealer, new, KeyState::Next, now).await?;
    Ok(true)
}

impl KeyRing {
    /// Whether the keys in the database and their states are still those of this ring.
    pub async fn is_up_to_date(&self, tx: &mut Tx) -> sqlx::Result<bool> {
        Ok(keys::states(tx).await? == self.states)
    }

    /// Id of the current key, which signs tokens.
    pub fn current_kid(&self) -> &str {
        &self.current.kid
    }

    /// Whether `token` names a key that this ring does not contain.
    pub fn is_missing_key_of(&self, token: &str) -> bool {
        let kid = jsonwebtoken::decode_header(token).ok().and_then(|header| header.kid);
        kid.is_some_and(|kid| !self.states.iter().any(|(published, _)| *published == kid))
    }

    /// Returns the JSON Web Key Set (RFC 7517 section 5), with the current key first.
    pub fn jwks(&self) -> serde_json::Value {
        let keys: Vec<_> = std::iter::once(&self.current).chain(&self.others).map(|key| &key.jwk).collect();
        json!({ "keys": keys })
    }

    /// Signs `claims` as a compact JWT.
    pub fn sign(&self, claims: &impl Serialize) -> Result<String, jsonwebtoken::errors::Error> {
        self.sign_as("JWT", claims)
    }

    /// Signs `claims` with the header `typ`.
    pub fn sign_as(&self, typ: &str, claims: &impl Serialize) -> Result<String, jsonwebtoken::errors::Error> {
        self.current.sign(typ, claims)
    }

    /// Verifies the signature and the issuer, but not the expiry, and returns the claims.
    pub fn verify_ignoring_expiry<T: DeserializeOwned>(&self, token: &str, issuer: &str) -> Option<T> {
        self.verify(token, issuer, |validation| validation.validate_exp = false)
    }

    /// Verifies the signature, the issuer and the further rules that `require` adds, and returns the claims.
    pub fn verify<T: DeserializeOwned>(
        &self,
        token: &str,
        issuer: &str,
        require: impl FnOnce(&mut Validation),
    ) -> Option<T> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        // No extension is understood, so a token that requires one is refused (RFC 7515 section 4.1.11).
        if header.crit.is_some() {
            return None;
        }
        let kid = header.kid?;
        let key = std::iter::once(&self.current).chain(&self.others).find(|key| key.kid == kid)?;
        let mut validation = Validation::new(Algorithm::RS256);
        validation.validate_aud = false;
        validation.set_required_spec_claims(&["iss"]);
        validation.set_issuer(&[issuer]);
        require(&mut validation);
        jsonwebtoken::decode(token, &key.decoding, &validation).ok().map(|token| token.claims)
    }
}

impl SigningKey {
    fn from_pem(pem: &str) -> Result<Self, Error> {
        Self::parse(pem).map_err(|error| Error::Key(error.to_string()))
    }

    fn parse(pem: &str) -> Result<Self, jsonwebtoken::errors::Error> {
        let encoding = EncodingKey::from_rsa_pem(pem.as_bytes())?;
        let pair =
            RsaKeyPair::from_der(encoding.as_bytes()).map_err(|error| ErrorKind::InvalidRsaKey(error.to_string()))?;
        let mut jwk = Jwk::from_encoding_key(&encoding, Algorithm::RS256)?;
        let kid = jwk.thumbprint(ThumbprintHash::SHA256)?;
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        jwk.common.key_id = Some(kid.clone());
        Ok(Self { kid, decoding: DecodingKey::from_jwk(&jwk)?, pair, jwk })
    }

    /// Signs with the crate `ring`, which takes the same time for every message. With the crate `rsa`, which
    /// `jsonwebtoken` uses, the time of operations with the private key depends on the key (RUSTSEC-2023-0071).
    fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, jsonwebtoken::errors::Error> {
        let header = Header { kid: Some(self.kid.clone()), typ: Some(typ.to_owned()), ..Header::new(Algorithm::RS256) };
        let part = |json: Vec<u8>| URL_SAFE_NO_PAD.encode(json);
        let message = format!("{}.{}", part(serde_json::to_vec(&header)?), part(serde_json::to_vec(claims)?));
        let mut signature = vec![0; self.pair.public().modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)
            .map_err(|_| ErrorKind::RsaFailedSigning)?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The signature scheme is deterministic: both crates must produce the same token.
    #[tokio::test]
    async fn a_token_is_signed_as_by_jsonwebtoken() {
        let NewKey { pem, .. } = generate(&Random::seeded(1)).await.unwrap();
        let key = SigningKey::from_pem(&pem).unwrap();
        let claims = json!({"iss": "https://idp.example/", "sub": "auth0|1", "name": "Åsa"});
        let token = key.sign("at+jwt", &claims).unwrap();
        let header =
            Header { kid: Some(key.kid.clone()), typ: Some("at+jwt".to_owned()), ..Header::new(Algorithm::RS256) };
        let encoding = EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap();
        assert_eq!(token, jsonwebtoken::encode(&header, &claims, &encoding).unwrap());
    }

    /// Uses the example of RFC 7638 section 3.1.
    #[test]
    fn a_thumbprint_is_that_of_the_rfc() {
        let modulus = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKR\
                       XjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAt\
                       aSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPk\
                       sINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        let jwk: Jwk = serde_json::from_value(json!({"kty": "RSA", "n": modulus, "e": "AQAB"})).unwrap();
        assert_eq!(jwk.thumbprint(ThumbprintHash::SHA256).unwrap(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }
}
