//! The error of an unreachable identity provider.

/// The provider did not respond, or not as an OpenID provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the identity provider cannot be reached")]
pub struct ProviderDown;
