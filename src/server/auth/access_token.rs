//! A verified access token (RFC 9068).

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::permissions::Permissions;

/// Accepted difference between the provider's clock and this server's.
pub const LEEWAY: TimeDelta = TimeDelta::seconds(60);

/// Checks the claims `exp`, `nbf` and `iat` of a token, in seconds since 1970, with [`LEEWAY`] (RFC 7519 section 4.1).
///
/// # Errors
/// The reason, for the log and for the client that sent the token.
pub fn check_times(exp: i64, nbf: Option<i64>, iat: Option<i64>, now: DateTime<Utc>) -> Result<(), &'static str> {
    if exp <= (now - LEEWAY).timestamp() {
        return Err("the token has expired");
    }
    let latest = (now + LEEWAY).timestamp();
    if nbf.is_some_and(|from| from > latest) || iat.is_some_and(|at| at > latest) {
        return Err("the token is not valid yet");
    }
    Ok(())
}

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
        check_times(self.expires_at.timestamp(), self.not_before, self.issued_at, now)
    }

    /// Whether the token was issued until `end`, or may have been: a token without a valid `iat` has no known age.
    #[must_use]
    pub fn is_issued_until(&self, end: DateTime<Utc>) -> bool {
        let issued_at = self.issued_at.and_then(|at| DateTime::from_timestamp(at, 0));
        issued_at.is_none_or(|issued_at| issued_at <= end)
    }
}
