//! Remembers access tokens whose signature was verified a moment ago, so that a program that calls the API often does not
//! pay for an RSA operation each time.
//!
//! Each set of keys has a memory of its own: with a rotated or removed key, what it verified is forgotten.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use moka::sync::Cache;
use sha2::{Digest as _, Sha256};

use super::access_token::AccessToken;

/// How long a token is remembered. Its own lifetime, the membership and logouts are checked at every request.
const LIFETIME: TimeDelta = TimeDelta::minutes(1);

/// The same by the clock of the system, after which an entry takes no memory either.
const KEPT: Duration = Duration::from_mins(1);

/// Maximum size in bytes of all remembered tokens.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// What an entry takes in memory in bytes, beyond its texts.
const ENTRY_BYTES: usize = 256;

/// A hash of a token: the token itself is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    #[must_use]
    pub fn of(token: &str) -> Self {
        Self(Sha256::digest(token).into())
    }
}

/// The tokens that one set of keys has verified.
#[derive(Clone, Debug)]
pub struct VerifiedTokens(Cache<Fingerprint, (AccessToken, DateTime<Utc>)>);

impl Default for VerifiedTokens {
    fn default() -> Self {
        let size = |_: &Fingerprint, (token, _): &(AccessToken, DateTime<Utc>)| {
            u32::try_from(token.sub.len() + token.org_id.len() + ENTRY_BYTES).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(MAX_BYTES).weigher(size).time_to_live(KEPT).build())
    }
}

impl VerifiedTokens {
    /// Returns the token if it was verified less than [`LIFETIME`] ago. The caller checks the token's own lifetime.
    #[must_use]
    pub fn get(&self, fingerprint: &Fingerprint, now: DateTime<Utc>) -> Option<AccessToken> {
        let (token, verified_at) = self.0.get(fingerprint)?;
        // A time in the future is of before the clock was set back, and does not count.
        (verified_at <= now && now < verified_at + LIFETIME).then_some(token)
    }

    /// Remembers a token that was verified at `now`.
    pub fn insert(&self, fingerprint: Fingerprint, token: AccessToken, now: DateTime<Utc>) {
        self.0.insert(fingerprint, (token, now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::permissions::Permissions;

    fn token(sub: &str) -> AccessToken {
        AccessToken {
            sub: sub.to_owned(),
            org_id: "org_acme".to_owned(),
            permissions: Permissions::default(),
            is_granting: true,
            expires_at: DateTime::UNIX_EPOCH,
            not_before: None,
            issued_at: None,
        }
    }

    #[test]
    fn a_token_is_remembered_for_a_minute_by_its_hash() {
        let (tokens, now) = (VerifiedTokens::default(), DateTime::UNIX_EPOCH + TimeDelta::days(20_000));
        let fingerprint = Fingerprint::of("a.b.c");
        tokens.insert(fingerprint, token("alice"), now);
        assert_eq!(tokens.get(&fingerprint, now), Some(token("alice")));
        assert_eq!(tokens.get(&fingerprint, now + TimeDelta::seconds(59)), Some(token("alice")));
        assert_eq!(tokens.get(&fingerprint, now + LIFETIME), None);
        assert_eq!(tokens.get(&fingerprint, now - TimeDelta::seconds(1)), None, "the clock was set back");
        assert_eq!(tokens.get(&Fingerprint::of("a.b.d"), now), None);
    }

    #[test]
    fn the_memory_is_limited() {
        let (tokens, large) = (VerifiedTokens::default(), "x".repeat(100_000));
        for number in 0..200 {
            tokens.insert(Fingerprint::of(&number.to_string()), token(&large), DateTime::UNIX_EPOCH);
        }
        tokens.0.run_pending_tasks();
        assert!(tokens.0.weighted_size() <= MAX_BYTES && tokens.0.entry_count() > 10, "{:?}", tokens.0.entry_count());
    }
}
