//! A verified access token (RFC 9068).

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::permissions::Permissions;

/// Accepted difference between the provider's clock and this server's.
pub const LEEWAY: TimeDelta = TimeDelta::seconds(60);

/// A verified access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    pub sub: String,
    /// The organization that the token was issued for, `org_…`.
    pub org_id: String,
    /// The claim `permissions`, or the scopes if the provider's API has no role-based access control.
    pub permissions: Permissions,
    /// Whether the token has a `permissions` claim, so that the provider decides on permissions.
    pub is_granting: bool,
    pub expires_at: DateTime<Utc>,
    /// The claim `nbf` in seconds since 1970.
    pub(super) not_before: Option<i64>,
    /// The claim `iat` in seconds since 1970.
    pub(super) issued_at: Option<i64>,
}

impl AccessToken {
    /// Checks the lifetime with [`LEEWAY`].
    ///
    /// # Errors
    /// The reason, for the client that sent the token.
    pub fn check_lifetime(&self, now: DateTime<Utc>) -> Result<(), &'static str> {
        if self.expires_at + LEEWAY <= now {
            return Err("the token has expired");
        }
        let latest = (now + LEEWAY).timestamp();
        if self.not_before.is_some_and(|from| from > latest) || self.issued_at.is_some_and(|at| at > latest) {
            return Err("the token is not valid yet");
        }
        Ok(())
    }

    /// Whether the token was issued until `end`, or may have been: a token without a valid `iat` has no known age.
    #[must_use]
    pub fn is_issued_until(&self, end: DateTime<Utc>) -> bool {
        let issued_at = self.issued_at.and_then(|at| DateTime::from_timestamp(at, 0));
        issued_at.is_none_or(|issued_at| issued_at <= end)
    }
}
