//! Errors of a sign-in at another issuer.

/// Why a user could not sign in at the issuer.
#[derive(Debug, thiserror::Error)]
pub enum FederationError {
    /// The issuer does not respond, or its response is not that of an issuer.
    #[error("the issuer cannot be reached: {0}")]
    Unreachable(String),
    /// The issuer refused the code, or its response failed the verification.
    #[error("the issuer's answer is not good: {0}")]
    Untrusted(String),
}
