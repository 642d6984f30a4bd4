//! Asking the domain name system.

mod hickory;

use async_trait::async_trait;

pub use self::hickory::Hickory;

/// There was no answer, or the name's servers are in trouble. It says nothing about what is there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the domain name system did not answer: {0}")]
pub struct NoAnswer(pub String);

/// Whoever can be asked for TXT records.
#[async_trait]
pub trait TxtResolver: std::fmt::Debug + Send + Sync {
    /// The texts at `name`, which is absolute, each in one piece; none where there is no such name.
    ///
    /// # Errors
    /// [`NoAnswer`], within a few seconds.
    async fn txt(&self, name: &str) -> Result<Vec<String>, NoAnswer>;
}
