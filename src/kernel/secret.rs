//! Secrets of which the database stores only a hash.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// SHA-256 of a secret. This is secure for secrets of high entropy; passwords need Argon2.
#[derive(Clone, Debug, sqlx::Type)]
#[sqlx(transparent)]
pub struct SecretHash(Vec<u8>);

impl SecretHash {
    pub fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret).to_vec())
    }

    /// Whether this is the hash of `secret`. Compares in constant time.
    #[must_use]
    pub fn matches(&self, secret: &str) -> bool {
        self.0.ct_eq(&Self::of(secret).0).into()
    }
}

/// Returns the SHA-256 of `value` in base64url, to look up a row by a value that must not be readable in the database.
#[must_use]
pub fn fingerprint(value: &str) -> String {
    URL_SAFE_NO_PAD.encode(SecretHash::of(value).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_secret_matches() {
        let hash = SecretHash::of("correct");
        assert!(hash.matches("correct"));
        assert!(!hash.matches("Correct"));
        assert!(!hash.matches(""));
    }
}
