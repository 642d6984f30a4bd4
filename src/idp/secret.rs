//! Values that open something and are therefore kept only as a hash.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// The SHA-256 of a secret. Enough for secrets of high entropy; passwords have [`super::password`].
#[derive(Clone, Debug, sqlx::Type)]
#[sqlx(transparent)]
pub struct SecretHash(Vec<u8>);

impl SecretHash {
    pub fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret).to_vec())
    }

    /// Whether `secret` is the one, in a time that tells nothing about where they differ.
    pub fn matches(&self, secret: &str) -> bool {
        self.0.ct_eq(&Self::of(secret).0).into()
    }
}

/// Whether `verifier` is what the S256 `challenge` was made from (RFC 7636 section 4.6).
pub fn verifies_challenge(challenge: &str, verifier: &str) -> bool {
    let computed = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    computed.as_bytes().ct_eq(challenge.as_bytes()).into()
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

    /// The example of RFC 7636, appendix B.
    #[test]
    fn a_challenge_is_verified_as_in_the_rfc() {
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(verifies_challenge(challenge, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
        assert!(!verifies_challenge(challenge, challenge));
    }
}
