//! The error of services, repositories and everything else below the handlers.
//!
//! It may hold causes, so it is never shown. [`AppError`] is what pages see and `rest::problem` what other programs
//! see; both are made from it, and the cause goes to the log there.

use super::crypto::SealError;
use crate::domain::{
    errors::{AppError, FieldError},
    permissions::Permission,
};

/// Why an operation was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing in the organization.
    #[error("not found")]
    NotFound,
    /// There is a seat, but the membership behind it has ended or is suspended. Pages see [`Error::NotFound`].
    #[error("the membership in {organization} has ended")]
    MembershipEnded {
        /// Its name for people, who were in it and know it.
        organization: String,
    },
    /// Nobody is signed in, or no longer.
    #[error("sign-in required")]
    SignInRequired,
    /// The role does not allow it.
    #[error("missing permission {0}")]
    Forbidden(Permission),
    /// Fields that cannot be accepted.
    #[error("invalid input")]
    Invalid(Vec<FieldError>),
    /// Somebody else was quicker; the text says so to the person.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    /// The request makes no sense.
    #[error("bad request")]
    BadRequest,
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("sealed data: {0}")]
    Sealed(#[from] SealError),
    #[error("session: {0}")]
    Session(#[from] tower_sessions::session::Error),
    /// Something stored is not what this version writes.
    #[error("unreadable {0} in the database")]
    Corrupt(&'static str),
}

impl Error {
    /// One field that cannot be accepted.
    #[must_use]
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError { field: field.to_owned(), message: message.into() }])
    }

    /// Turns a broken unique constraint into `otherwise`, and leaves every other error as it is.
    pub fn on_duplicate(error: sqlx::Error, otherwise: impl FnOnce() -> Self) -> Self {
        match &error {
            sqlx::Error::Database(cause) if cause.is_unique_violation() => otherwise(),
            _ => Self::Database(error),
        }
    }
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound | Error::MembershipEnded { .. } => Self::NotFound,
            Error::SignInRequired => Self::SignInRequired,
            Error::Forbidden(permission) => Self::Forbidden { permission },
            Error::Invalid(fields) => Self::Invalid { fields },
            Error::Conflict(message) => Self::Conflict { message: message.to_owned() },
            Error::BadRequest => Self::BadRequest,
            Error::Database(_) | Error::Sealed(_) | Error::Session(_) | Error::Corrupt(_) => {
                let reference = crate::kernel::random::Random::system().alphanumeric(8);
                tracing::error!(%reference, %error, "a request failed");
                Self::Internal { reference }
            }
        }
    }
}
