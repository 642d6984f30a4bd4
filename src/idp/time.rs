//! Time as the protocol and the database write it.

use chrono::{DateTime, SecondsFormat, TimeDelta};
use serde::{Deserialize, Serialize};

use crate::kernel::clock::Clock;

/// A moment in whole seconds since the Unix epoch, the `NumericDate` of RFC 7519 section 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Before everything.
    pub const EARLIEST: Self = Self(i64::MIN);

    /// The moment `seconds` after the epoch.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the epoch.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// The present second of `clock`.
    pub fn now(clock: &Clock) -> Self {
        Self(clock.now().timestamp())
    }

    /// The moment `by` later.
    #[must_use]
    pub const fn plus(self, by: TimeDelta) -> Self {
        Self(self.0.saturating_add(by.num_seconds()))
    }

    /// How long after `earlier` it is.
    #[must_use]
    pub const fn since(self, earlier: Self) -> TimeDelta {
        TimeDelta::seconds(self.0.saturating_sub(earlier.0))
    }

    /// As people read it, for example `29 August 2026, 10:40 UTC`.
    #[must_use]
    pub fn in_words(self) -> String {
        DateTime::from_timestamp(self.0, 0).unwrap_or_default().format("%-d %B %Y, %H:%M UTC").to_string()
    }

    /// ISO 8601 with milliseconds, as Auth0 writes `updated_at`.
    #[must_use]
    pub fn iso(self) -> String {
        DateTime::from_timestamp(self.0, 0).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Millis, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn updated_at_has_milliseconds_and_a_z() {
        assert_eq!(Timestamp(1_788_000_000).iso(), "2026-08-29T10:40:00.000Z");
    }

    #[test]
    fn people_read_a_date_and_a_time() {
        assert_eq!(Timestamp(1_788_000_000).in_words(), "29 August 2026, 10:40 UTC");
    }
}
