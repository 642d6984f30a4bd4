//! Why a call of the Management API did not succeed.

use chrono::{DateTime, Utc};

use crate::server::error::Error;

/// Why a call did not succeed, by what can be done about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManagementError {
    /// Too many calls (status 429). Nothing was done; no call goes out before this moment.
    #[error("too many calls; the next at {0}")]
    Limited(DateTime<Utc>),
    /// No answer, or the server is in trouble. It may or may not have been done.
    #[error("no answer: {0}")]
    Unanswered(String),
    /// The provider will not do it, however often it is asked.
    #[error("refused with {status}: {message}")]
    Refused { status: u16, message: String },
    /// The answer is not what the interface promises.
    #[error("unexpected answer: {0}")]
    Unexpected(String),
}

impl ManagementError {
    /// Whether the same call may succeed later.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(self, Self::Limited(_) | Self::Unanswered(_))
    }

    /// Whether what the call is about does not exist there.
    #[must_use]
    pub const fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
    }

    /// Whether it exists there already.
    #[must_use]
    pub const fn is_conflict(&self) -> bool {
        matches!(self, Self::Refused { status: 409, .. })
    }
}

/// Why work on both sides did not get to its end.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    #[error(transparent)]
    Provider(#[from] ManagementError),
    #[error(transparent)]
    Ours(#[from] Error),
}

/// Turns “there is no such thing” into `None`.
///
/// # Errors
/// Every other error, as it is.
pub fn found<T>(answer: Result<T, ManagementError>) -> Result<Option<T>, ManagementError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
