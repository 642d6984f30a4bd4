//! Errors of the Management API.

use chrono::{DateTime, Utc};

use crate::server::error::Error;

/// Why a call of the Management API failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManagementError {
    /// Rate limited (status 429): nothing was done, and no call is sent before this time.
    #[error("too many calls; the next at {0}")]
    Limited(DateTime<Utc>),
    /// No response or a server error. The request may or may not have been executed.
    #[error("no response: {0}")]
    NoResponse(String),
    /// The provider refused the request; a retry would be refused too.
    #[error("refused with {status}: {message}")]
    Refused { status: u16, message: String, code: Option<String> },
    /// The response does not match the API's schema.
    #[error("unexpected response: {0}")]
    Unexpected(String),
}

impl ManagementError {
    /// Whether the same call may succeed later.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Limited(_) | Self::NoResponse(_))
    }

    /// Whether the API says that an organization does not exist, and not that anything else is missing on the way to it.
    #[must_use]
    pub fn is_no_organization(&self) -> bool {
        let Self::Refused { status: 404, message, code } = self else { return false };
        match code.as_deref() {
            Some(code) => code == "inexistent_organization",
            None => message.to_lowercase().contains("no organization found"),
        }
    }

    /// Whether the requested resource does not exist.
    #[must_use]
    pub const fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
    }

    /// Whether the resource to create already exists.
    #[must_use]
    pub const fn is_conflict(&self) -> bool {
        matches!(self, Self::Refused { status: 409, .. })
    }
}

/// An error of the provider or of Tessera, in an operation that involves both.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    #[error(transparent)]
    Provider(#[from] ManagementError),
    #[error(transparent)]
    Internal(#[from] Error),
}

/// Converts “not found” to `None`.
pub fn none_if_not_found<T>(result: Result<T, ManagementError>) -> Result<Option<T>, ManagementError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
