//! Why signing in at another issuer failed.

/// Why somebody could not be signed in at their issuer.
#[derive(Debug, thiserror::Error)]
pub enum FederationError {
    /// It does not answer, or not as an issuer.
    #[error("the issuer cannot be reached: {0}")]
    Unreachable(String),
    /// It refused the code, or what it said cannot be trusted.
    #[error("the issuer's answer is not good: {0}")]
    Untrusted(String),
}
