//! The error of an unreachable identity provider.

/// The provider did not answer, or its answer is not that of an OpenID provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the identity provider cannot be reached")]
pub struct ProviderDown;
