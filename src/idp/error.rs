//! Errors that occur outside of requests, and what requests say without the database.

use crate::kernel::database::is_unavailable;

/// Value of the header `Retry-After` of a response without the database, in seconds.
pub const RETRY_AFTER: u16 = 5;

/// What a response without the database says.
pub const UNAVAILABLE: &str = "Sign-in is not available at the moment. Try again in a few seconds.";

/// Why the provider cannot start or run an administrative command. Request handlers have their own errors.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the identity provider's database: {0}")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Open(#[from] crate::kernel::database::OpenError),
    #[error("the signing key cannot be made or read: {0}")]
    Key(String),
    #[error(
        "another SESSION_SECRET sealed its keys. Set SESSION_SECRET_PREVIOUS to that one and start again. If it is lost, \
         run `tessera forget-secrets` first: it lists what is lost with it."
    )]
    OtherSecret,
    #[error("there is no key {0} that signed before and is still published")]
    NotAPreviousKey(String),
    #[error("a password cannot be hashed: {0}")]
    Password(String),
    #[error("there is no organization named {0}")]
    UnknownOrganization(String),
    #[error("there is no role named {0}")]
    UnknownRole(String),
    #[error("no client has a login address and takes organizations")]
    NoClientForInvitations,
    #[error("{0} is no name for a connection, or taken, or its options are not complete")]
    InvalidConnection(String),
    #[error("{0}")]
    TooManyMails(String),
    #[error("{0} is not an e-mail address")]
    InvalidEmail(String),
    #[error(
        "its database holds people who are not of the demo, and in the demo everybody on this machine could read their \
         mail. Set IDP_DEMO=false to serve them, or choose another DATA_DIR or IDP_DATABASE_URL for the demo."
    )]
    RealPeople,
}

impl Error {
    /// Whether the database cannot be used at the moment.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Database(error) if is_unavailable(error))
    }
}
