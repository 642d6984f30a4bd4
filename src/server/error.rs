//! The error type of services, repositories and everything else below the handlers.
//!
//! It may hold internal causes, so handlers never show it: they convert it to [`AppError`] for pages or `rest::problem` for
//! API clients, and log the cause. Every function with an [`Error`] may fail with [`Error::Database`]; `# Errors` sections
//! name the other cases.

use tower_sessions::{session::Error as SessionError, session_store::Error as StoreError};

use super::request_scope;
use crate::{
    domain::{
        errors::{AppError, FieldError},
        keys::InvalidKey,
        permissions::Permission,
        unknown_name::UnknownName,
    },
    kernel::{database::is_unavailable, sealer::SealError},
};

/// Why an operation failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The object does not exist in the organization, or is not visible to the person.
    #[error("not found")]
    NotFound,
    /// The membership behind a seat has ended or is suspended.
    #[error("the membership in {organization} has ended")]
    MembershipEnded {
        /// The display name. The person was a member, so it is no secret.
        organization: String,
    },
    /// The organization has ended at the provider. The person was a member.
    #[error("{organization} has ended")]
    OrganizationEnded {
        /// The display name.
        organization: String,
    },
    /// No one is signed in, or the seat has expired.
    #[error("sign-in required")]
    SignInRequired,
    /// The provider has ended the person's sessions since it issued their access token.
    #[error("the access token was revoked")]
    TokenRevoked,
    /// The person lacks the permission.
    #[error("missing permission {0}")]
    Forbidden(Permission),
    /// Fields failed validation; the messages are shown to the person.
    #[error("invalid {}", described(.0))]
    Invalid(Vec<FieldError>),
    /// Another change came first; the text is shown to the person.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    /// Another request has carried the same form out.
    #[error("the form was sent before")]
    SentBefore,
    /// The client has started too many sessions in which nobody has signed in.
    #[error("too many sessions of strangers")]
    TooManySessions,
    /// Too much is waiting for the processor. The same request may succeed a little later.
    #[error("too much work is waiting")]
    Busy,
    /// The request is malformed.
    #[error("bad request")]
    BadRequest,
    /// A unique value is taken. Services replace it by a message with [`Error::replace_duplicate`].
    #[error("a unique value is taken")]
    Duplicate,
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("sealed data: {0}")]
    Sealed(#[from] SealError),
    #[error("session: {0}")]
    Session(#[from] SessionError),
    /// A stored value cannot be parsed: this version does not write it.
    #[error("unreadable {0} in the database")]
    Corrupt(&'static str),
}

/// The fields with their messages, for the log and the command line.
fn described(fields: &[FieldError]) -> String {
    fields.iter().map(|error| format!("{}: {}", error.field, error.message)).collect::<Vec<_>>().join("; ")
}

impl Error {
    /// The error for one invalid field.
    #[must_use]
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError { field: field.to_owned(), message: message.into() }])
    }

    /// Whether the reader has no access to the organization, any more or to this part of it.
    #[must_use]
    pub const fn is_no_access(&self) -> bool {
        matches!(
            self,
            Self::SignInRequired | Self::MembershipEnded { .. } | Self::OrganizationEnded { .. } | Self::Forbidden(_)
        )
    }

    /// Converts a violated unique constraint to [`Error::Duplicate`], and other errors to [`Error::Database`].
    pub(in crate::server) fn or_duplicate(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(cause) if cause.is_unique_violation() => Self::Duplicate,
            _ => Self::Database(error),
        }
    }

    /// Replaces [`Error::Duplicate`] by `replacement`, and returns other errors unchanged.
    #[must_use]
    pub fn replace_duplicate(self, replacement: impl FnOnce() -> Self) -> Self {
        if matches!(self, Self::Duplicate) { replacement() } else { self }
    }

    /// Returns the error of the database, if it is one.
    pub(in crate::server) const fn of_database(&self) -> Option<&sqlx::Error> {
        match self {
            Self::Database(error) => Some(error),
            _ => None,
        }
    }

    /// Whether the database cannot be used at the moment.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Database(error) => is_unavailable(error),
            // The backend of the sessions is the database, and their statements do not fail otherwise.
            Self::Session(SessionError::Store(StoreError::Backend(_))) => true,
            _ => false,
        }
    }
}

/// A malformed key names no object.
impl From<InvalidKey> for Error {
    fn from(_: InvalidKey) -> Self {
        Self::NotFound
    }
}

/// A malformed id names no object.
impl From<uuid::Error> for Error {
    fn from(_: uuid::Error) -> Self {
        Self::NotFound
    }
}

/// An unknown name is a bad request, because the pages send known names only.
impl From<UnknownName> for Error {
    fn from(_: UnknownName) -> Self {
        Self::BadRequest
    }
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::NotFound,
            Error::MembershipEnded { organization } => Self::MembershipEnded { organization },
            Error::OrganizationEnded { organization } => Self::OrganizationEnded { organization },
            Error::SignInRequired | Error::TokenRevoked => Self::SignInRequired,
            Error::Forbidden(permission) => Self::Forbidden { permission },
            Error::Invalid(fields) => Self::Invalid { fields },
            Error::Conflict(message) => Self::Conflict { message: message.to_owned() },
            Error::BadRequest => Self::BadRequest,
            Error::SentBefore => Self::SentBefore,
            Error::Busy => Self::Busy,
            Error::TooManySessions => Self::TooManySessions,
            error if error.is_unavailable() => {
                tracing::warn!(%error, "the database is not available");
                Self::Unavailable
            }
            Error::Duplicate | Error::Database(_) | Error::Sealed(_) | Error::Session(_) | Error::Corrupt(_) => {
                tracing::error!(%error, "a request failed");
                Self::Internal { reference: request_scope::current_id() }
            }
        }
    }
}
