//! Encryption of stored secrets: tokens, pending logins and drafts.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use hkdf::Hkdf;
use serde::{Serialize, de::DeserializeOwned};
use sha2::Sha256;

use crate::kernel::random::Random;

/// Sealed data cannot be opened: it was sealed with another secret or for another context, or it is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot be opened with this SESSION_SECRET")]
pub struct SealError;

/// Encrypts and decrypts with a key derived from `SESSION_SECRET` (HKDF-SHA256, RFC 5869; XChaCha20-Poly1305).
#[derive(Clone)]
pub struct Sealer {
    cipher: XChaCha20Poly1305,
    secret: Hkdf<Sha256>,
    random: Random,
}

impl Sealer {
    #[must_use]
    pub fn new(session_secret: &str, random: Random) -> Self {
        let secret = Hkdf::<Sha256>::new(None, session_secret.as_bytes());
        let cipher = XChaCha20Poly1305::new(&expand(&secret, b"tessera seal v1").into());
        Self { cipher, secret, random }
    }

    /// Encrypts `value`. `context` names its kind and owner and is authenticated: [`Sealer::open`] needs the same context, so
    /// a sealed value copied to another row cannot be opened.
    ///
    /// # Errors
    /// [`SealError`] if `value` cannot be serialized.
    pub fn seal(&self, context: &str, value: &impl Serialize) -> Result<Vec<u8>, SealError> {
        let plain = serde_json::to_vec(value).map_err(|_| SealError)?;
        let nonce = self.random.bytes::<24>();
        let payload = Payload { msg: &plain, aad: context.as_bytes() };
        let sealed = self.cipher.encrypt(XNonce::from_slice(&nonce), payload).map_err(|_| SealError)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Decrypts a value that [`Sealer::seal`] encrypted for the same `context`.
    ///
    /// # Errors
    /// [`SealError`] if the secret or the context differs, or the data is damaged.
    pub fn open<T: DeserializeOwned>(&self, context: &str, sealed: &[u8]) -> Result<T, SealError> {
        let (nonce, sealed) = sealed.split_at_checked(24).ok_or(SealError)?;
        let payload = Payload { msg: sealed, aad: context.as_bytes() };
        let plain = self.cipher.decrypt(XNonce::from_slice(nonce), payload).map_err(|_| SealError)?;
        serde_json::from_slice(&plain).map_err(|_| SealError)
    }

    /// Derives a secret for `purpose` from `SESSION_SECRET`, always the same 43 characters.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> String {
        URL_SAFE_NO_PAD.encode(expand(&self.secret, purpose.as_bytes()))
    }
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer")
    }
}

fn expand(secret: &Hkdf<Sha256>, info: &[u8]) -> [u8; 32] {
    let mut key = [0; 32];
    secret.expand(info, &mut key).expect("32 bytes are within HKDF's limit");
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(secret: &str) -> Sealer {
        Sealer::new(secret, Random::system())
    }

    #[test]
    fn open_decrypts_sealed_values() {
        let sealed = sealer("one").seal("seat 1", &"refresh token").unwrap();
        assert_eq!(sealer("one").open::<String>("seat 1", &sealed), Ok("refresh token".to_owned()));
        assert!(!sealed.windows(7).any(|window| window == b"refresh"));
    }

    #[test]
    fn open_fails_with_another_secret_or_context_or_damaged_data() {
        let mut sealed = sealer("one").seal("seat 1", &"refresh token").unwrap();
        assert_eq!(sealer("two").open::<String>("seat 1", &sealed), Err(SealError));
        assert_eq!(sealer("one").open::<String>("seat 2", &sealed), Err(SealError));
        sealed[30] ^= 1;
        assert_eq!(sealer("one").open::<String>("seat 1", &sealed), Err(SealError));
        assert_eq!(sealer("one").open::<String>("seat 1", b"short"), Err(SealError));
    }

    #[test]
    fn derived_secrets_depend_on_secret_and_purpose() {
        let one = sealer("one");
        assert_eq!(one.derive("a"), sealer("one").derive("a"));
        assert_ne!(one.derive("a"), one.derive("b"));
        assert_ne!(one.derive("a"), sealer("two").derive("a"));
    }
}
