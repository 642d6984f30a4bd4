//! Signing keys. Each key is generated once per process, since generating an RSA key is slow.

use std::sync::OnceLock;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::EncodingKey;
use rand::{SeedableRng as _, rngs::StdRng};
use rsa::{
    RsaPrivateKey,
    pkcs1::EncodeRsaPrivateKey as _,
    pkcs8::{EncodePublicKey as _, LineEnding},
    traits::PublicKeyParts as _,
};
use serde_json::{Value, json};

/// An RSA key and its key id.
pub struct Key {
    pub kid: &'static str,
    pub encoding: EncodingKey,
    /// The public key in PEM form, which an attacker may use as an `HS256` secret.
    pub public_pem: String,
    pub modulus: Vec<u8>,
    exponent: Vec<u8>,
}

impl Key {
    /// The key that the provider signs with at the start.
    pub fn first() -> &'static Self {
        static KEY: OnceLock<Key> = OnceLock::new();
        KEY.get_or_init(|| Self::make("first", 1))
    }

    /// The key that the provider signs with after a key rotation.
    pub fn second() -> &'static Self {
        static KEY: OnceLock<Key> = OnceLock::new();
        KEY.get_or_init(|| Self::make("second", 2))
    }

    fn make(kid: &'static str, seed: u64) -> Self {
        let key = RsaPrivateKey::new(&mut StdRng::seed_from_u64(seed), 2048).unwrap();
        Self {
            kid,
            encoding: EncodingKey::from_rsa_der(key.to_pkcs1_der().unwrap().as_bytes()),
            public_pem: key.to_public_key().to_public_key_pem(LineEnding::LF).unwrap(),
            modulus: key.n().to_bytes_be(),
            exponent: key.e().to_bytes_be(),
        }
    }

    /// Returns the public key as a JWK (RFC 7517).
    pub fn jwk(&self) -> Value {
        let (n, e) = (URL_SAFE_NO_PAD.encode(&self.modulus), URL_SAFE_NO_PAD.encode(&self.exponent));
        json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid, "n": n, "e": e })
    }
}
