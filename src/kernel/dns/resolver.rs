//! The interface of TXT lookups.

use async_trait::async_trait;

/// The lookup failed or timed out. Whether the name exists is unknown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the domain name system did not answer: {0}")]
pub struct LookupError(pub String);

/// Looks up TXT records.
#[async_trait]
pub trait TxtResolver: std::fmt::Debug + Send + Sync {
    /// Fetches the TXT records of the absolute `name`, each joined to one text. Empty if the name does not exist.
    ///
    /// # Errors
    /// [`LookupError`] within a few seconds.
    async fn txt(&self, name: &str) -> Result<Vec<String>, LookupError>;
}
