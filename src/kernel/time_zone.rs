//! Time zones: where a day begins for a person.

use std::str::FromStr;

use chrono::{DateTime, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;
use thiserror::Error;

/// A time zone of the IANA database, which is part of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeZone(Tz);

/// The text names no time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("no time zone has this name")]
pub struct UnknownTimeZone;

impl TimeZone {
    /// The zone of people whose zone is unknown.
    pub const UTC: Self = Self(Tz::UTC);

    /// The name in the IANA database, for example `Pacific/Auckland`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The local time of day and day at `at`.
    #[must_use]
    pub fn local(self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.0).naive_local()
    }

    /// The day at `at`.
    #[must_use]
    pub fn day(self, at: DateTime<Utc>) -> NaiveDate {
        self.local(at).date()
    }

    /// When the local clock shows `time` on `day`: for the first time, if it was set back. Where it skips the time, the
    /// same time by the clock before the change.
    #[must_use]
    pub fn at(self, day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
        let local = day.and_time(time);
        match self.0.from_local_datetime(&local) {
            MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => at.to_utc(),
            MappedLocalTime::None => {
                // No clock is set forward by more than a day: some islands have skipped a whole one.
                let offset = self.0.offset_from_local_datetime(&(local - TimeDelta::days(1))).earliest();
                offset.map_or_else(|| local.and_utc(), |offset| (local - chrono::Offset::fix(&offset)).and_utc())
            }
        }
    }

    /// When `day` begins.
    #[must_use]
    pub fn start_of(self, day: NaiveDate) -> DateTime<Utc> {
        self.at(day, NaiveTime::MIN)
    }
}

impl FromStr for TimeZone {
    type Err = UnknownTimeZone;

    fn from_str(name: &str) -> Result<Self, UnknownTimeZone> {
        name.parse().map(Self).map_err(|_| UnknownTimeZone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> TimeZone {
        name.parse().unwrap()
    }

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_begins_when_the_local_clock_says_so() {
        for (name, now, today, began) in [
            ("UTC", "2026-11-20T12:30:00Z", "2026-11-20", "2026-11-20T00:00:00Z"),
            ("Pacific/Auckland", "2026-11-20T12:30:00Z", "2026-11-21", "2026-11-20T11:00:00Z"),
            ("Pacific/Kiritimati", "2026-11-20T12:30:00Z", "2026-11-21", "2026-11-20T10:00:00Z"),
            ("America/Los_Angeles", "2026-11-20T07:30:00Z", "2026-11-19", "2026-11-19T08:00:00Z"),
            ("Asia/Kathmandu", "2026-11-20T18:20:00Z", "2026-11-21", "2026-11-20T18:15:00Z"),
        ] {
            let zone = zone(name);
            assert_eq!(zone.day(utc(now)), day(today), "{name}");
            assert_eq!(zone.start_of(day(today)), utc(began), "{name}");
            assert_eq!(zone.name(), name);
        }
    }

    #[test]
    fn clocks_that_are_set_have_one_time_each() {
        // Set forward at midnight, so that the day begins at one o'clock.
        assert_eq!(zone("Asia/Beirut").start_of(day("2026-03-29")), utc("2026-03-28T22:00:00Z"));
        // Set back at three: half past two happens twice.
        let half_past_two = NaiveTime::from_hms_opt(2, 30, 0).unwrap();
        assert_eq!(zone("Europe/Berlin").at(day("2026-10-25"), half_past_two), utc("2026-10-25T00:30:00Z"));
        // Samoa had no 30 December in 2011.
        assert_eq!(zone("Pacific/Apia").start_of(day("2011-12-30")), utc("2011-12-30T10:00:00Z"));
    }

    #[test]
    fn only_names_are_zones() {
        for name in ["", "Mars/Olympus", "+13:00", "Pacific/Auckland ", "../etc/localtime"] {
            assert_eq!(name.parse::<TimeZone>(), Err(UnknownTimeZone), "{name}");
        }
    }
}
