//! Verification of Proof Key for Code Exchange (RFC 7636).

use subtle::ConstantTimeEq as _;

use crate::kernel::secret::fingerprint;

/// Whether `verifier` matches the S256 `challenge` (RFC 7636 section 4.6).
pub fn verifies_challenge(challenge: &str, verifier: &str) -> bool {
    fingerprint(verifier).as_bytes().ct_eq(challenge.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Uses the example of RFC 7636, appendix B.
    #[test]
    fn a_challenge_is_verified_as_in_the_rfc() {
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(verifies_challenge(challenge, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
        assert!(!verifies_challenge(challenge, challenge));
    }
}
