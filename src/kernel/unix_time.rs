//! Times in whole seconds, for columns and tokens that store a time as a number.

use std::ops::Deref;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sqlx::{Database, Decode, Encode, Type, encode::IsNull, error::BoxDynError};

use super::clock::Clock;

/// A time that is stored and serialized in whole seconds since the Unix epoch, the `NumericDate` of RFC 7519 section 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnixTime(DateTime<Utc>);

impl UnixTime {
    /// A time that is earlier than all others.
    pub const EARLIEST: Self = Self(DateTime::<Utc>::MIN_UTC);

    /// Converts seconds since the Unix epoch. Saturates outside of the years that `chrono` supports.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        match DateTime::from_timestamp(seconds, 0) {
            Some(time) => Self(time),
            None if seconds < 0 => Self::EARLIEST,
            None => Self(DateTime::<Utc>::MAX_UTC),
        }
    }

    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.timestamp()
    }

    #[must_use]
    pub fn now(clock: &Clock) -> Self {
        Self::from_seconds(clock.now().timestamp())
    }

    /// Adds `by`, which is truncated to whole seconds.
    #[must_use]
    pub const fn plus(self, by: TimeDelta) -> Self {
        Self::from_seconds(self.seconds().saturating_add(by.num_seconds()))
    }

    /// Returns the time that passed from `earlier` until this time.
    #[must_use]
    pub fn since(self, earlier: Self) -> TimeDelta {
        self.0 - earlier.0
    }

    /// Formats the time for users, for example `29 August 2026, 10:40 UTC`.
    #[must_use]
    pub fn in_words(self) -> String {
        self.format("%-d %B %Y, %H:%M UTC").to_string()
    }

    /// Formats the time in ISO 8601 with milliseconds, as Auth0 formats `updated_at`.
    #[must_use]
    pub fn iso(self) -> String {
        self.to_rfc3339_opts(SecondsFormat::Millis, true)
    }
}

impl Deref for UnixTime {
    type Target = DateTime<Utc>;

    fn deref(&self) -> &DateTime<Utc> {
        &self.0
    }
}

impl Serialize for UnixTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.seconds().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for UnixTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        i64::deserialize(deserializer).map(Self::from_seconds)
    }
}

impl<DB: Database> Type<DB> for UnixTime
where
    i64: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        i64::type_info()
    }

    fn compatible(info: &DB::TypeInfo) -> bool {
        i64::compatible(info)
    }
}

impl<'q, DB: Database> Encode<'q, DB> for UnixTime
where
    i64: Encode<'q, DB>,
{
    fn encode_by_ref(&self, buffer: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        self.seconds().encode_by_ref(buffer)
    }
}

impl<'r, DB: Database> Decode<'r, DB> for UnixTime
where
    i64: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
        i64::decode(value).map(Self::from_seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn updated_at_has_milliseconds_and_a_z() {
        assert_eq!(UnixTime::from_seconds(1_788_000_000).iso(), "2026-08-29T10:40:00.000Z");
    }

    #[test]
    fn people_read_a_date_and_a_time() {
        assert_eq!(UnixTime::from_seconds(1_788_000_000).in_words(), "29 August 2026, 10:40 UTC");
    }

    #[test]
    fn a_number_beyond_every_year_saturates() {
        assert_eq!(UnixTime::from_seconds(i64::MIN), UnixTime::EARLIEST);
        assert!(UnixTime::from_seconds(i64::MAX).plus(TimeDelta::days(1)) > UnixTime::from_seconds(0));
    }
}
