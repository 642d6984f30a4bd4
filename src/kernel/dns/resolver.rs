//! The interface for lookups of TXT records.

use async_trait::async_trait;

/// Error if a lookup failed or timed out. Whether the name exists is then unknown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the domain name system did not answer: {0}")]
pub struct LookupError(pub String);

/// Looks up TXT records of a name.
#[async_trait]
pub trait TxtResolver: std::fmt::Debug + Send + Sync {
    /// Fetches the TXT records of the absolute `name`, with the strings of each record joined. The list is empty if the
    /// name does not exist.
    ///
    /// # Errors
    ///
    /// [`LookupError`] within a few seconds.
    async fn txt(&self, name: &str) -> Result<Vec<String>, LookupError>;
}
