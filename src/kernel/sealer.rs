//! Encryption of stored secrets: tokens, pending logins and drafts of the application; keys, tickets and mails of the
//! provider.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use hkdf::Hkdf;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::Sha256;

use crate::kernel::random::Random;

/// Sealed data cannot be opened: it was sealed with another secret or for another context, or it is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot be opened with this SESSION_SECRET")]
pub struct SealError;

/// A sealed text as a column stores it. Its type keeps plain text out of the column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct SealedText(String);

impl SealedText {
    /// Wraps the text of a column that is not sealed yet.
    #[must_use]
    pub const fn from_unsealed(text: String) -> Self {
        Self(text)
    }

    /// Returns the text of a column that is not sealed yet.
    #[must_use]
    pub fn into_unsealed(self) -> String {
        self.0
    }
}

/// A stored value that cannot be opened cannot be decoded.
impl From<SealError> for sqlx::Error {
    fn from(error: SealError) -> Self {
        Self::Decode(error.into())
    }
}

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

    /// Encrypts a text like [`Sealer::seal`].
    pub fn seal_text(&self, context: &str, text: &str) -> Result<SealedText, SealError> {
        Ok(SealedText(URL_SAFE_NO_PAD.encode(self.seal(context, &text)?)))
    }

    /// Decrypts a text that [`Sealer::seal_text`] encrypted for the same `context`.
    pub fn open_text(&self, context: &str, sealed: &SealedText) -> Result<String, SealError> {
        self.open(context, &URL_SAFE_NO_PAD.decode(&sealed.0).map_err(|_| SealError)?)
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
    fn a_sealed_text_opens_in_its_context_only() {
        let sealed = sealer("one").seal_text("key 1", "private").unwrap();
        assert!(!sealed.0.contains("private"));
        assert_eq!(sealer("one").open_text("key 1", &sealed), Ok("private".to_owned()));
        assert_eq!(sealer("one").open_text("key 2", &sealed), Err(SealError));
        assert_eq!(sealer("two").open_text("key 1", &sealed), Err(SealError));
        assert_eq!(sealer("one").open_text("key 1", &SealedText("not sealed".to_owned())), Err(SealError));
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
