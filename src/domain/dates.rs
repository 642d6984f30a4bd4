//! Formats dates in English and UTC, the same on the server and in every browser, and reads them.
//!
//! What chrono reads is far more than what is ever written here, and would be 25 kB of the WASM.

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike as _, Utc};
use serde::{Deserialize, Deserializer, de::Error as _};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Formats a day, for example `21 Nov 2026`.
#[must_use]
pub fn day(at: NaiveDate) -> String {
    format!("{} {} {}", at.day(), MONTHS[at.month0() as usize], at.year())
}

/// Formats a day as ISO 8601, for example `2026-11-21`.
#[must_use]
pub fn machine_day(at: NaiveDate) -> String {
    format!("{:04}-{:02}-{:02}", at.year(), at.month(), at.day())
}

/// Formats a time as ISO 8601, for example `2026-11-21T10:04:00Z`.
#[must_use]
pub fn iso_time(at: DateTime<Utc>) -> String {
    let time = at.time();
    format!("{}T{:02}:{:02}:{:02}Z", machine_day(at.date_naive()), time.hour(), time.minute(), time.second())
}

/// A date or a time that is written as ISO 8601.
pub trait Iso: Sized {
    /// Reads it.
    fn from_iso(text: &str) -> Option<Self>;
}

impl Iso for NaiveDate {
    /// `2026-11-21`.
    fn from_iso(text: &str) -> Option<Self> {
        let [year, month, day] = split(text, b'-')?;
        Self::from_ymd_opt(digits(year, 4)?.try_into().ok()?, digits(month, 2)?, digits(day, 2)?)
    }
}

impl Iso for DateTime<Utc> {
    /// `2026-11-21T10:04:00.5Z`, or with an offset such as `+02:00` from UTC. RFC 3339 without leap seconds.
    fn from_iso(text: &str) -> Option<Self> {
        let (day, rest) = text.split_at_checked(10)?;
        let rest = rest.strip_prefix(['T', ' '])?;
        let (time, offset) = rest.split_at_checked(rest.find(['Z', '+', '-'])?)?;
        let time = NaiveDateTime::new(NaiveDate::from_iso(day)?, time_of_day(time)?);
        Some(time.checked_sub_signed(TimeDelta::minutes(minutes_from_utc(offset)?))?.and_utc())
    }
}

/// Reads `10:04:00.123456`.
fn time_of_day(text: &str) -> Option<NaiveTime> {
    let (time, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let [hour, minute, second] = split(time, b':')?;
    // Digits after the ninth are less than a nanosecond.
    let fraction = fraction.get(..9).unwrap_or(fraction);
    let nanoseconds = digits(fraction, fraction.len())? * 10_u32.pow(u32::try_from(9 - fraction.len()).ok()?);
    NaiveTime::from_hms_nano_opt(digits(hour, 2)?, digits(minute, 2)?, digits(second, 2)?, nanoseconds)
}

/// Reads `Z` or `+02:00`.
fn minutes_from_utc(text: &str) -> Option<i64> {
    if text == "Z" {
        return Some(0);
    }
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    let minutes = i64::from((hours < 24 && minutes < 60).then_some(hours * 60 + minutes)?);
    Some(if text.starts_with('-') { -minutes } else { minutes })
}

fn split(text: &str, separator: u8) -> Option<[&str; 3]> {
    let mut parts = text.split(char::from(separator));
    let found = [parts.next()?, parts.next()?, parts.next()?];
    parts.next().is_none().then_some(found)
}

/// Reads a number of exactly so many digits.
fn digits(text: &str, count: usize) -> Option<u32> {
    let is_number = text.len() == count && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

/// Reads a day that somebody chose, as browsers send it, within the range that both databases and every browser support.
#[must_use]
pub fn chosen_day(text: &str) -> Option<NaiveDate> {
    NaiveDate::from_iso(text).filter(|day| day.year() >= 1970)
}

/// Something that is read from JSON by [`Iso`].
pub struct FromIso<T>(pub T);

impl<'de, T: Iso> Deserialize<'de> for FromIso<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        T::from_iso(&text).map(Self).ok_or_else(|| D::Error::custom(format!("“{text}” is no date or time of ISO 8601")))
    }
}

/// Reads a date or time from JSON, as `deserialize_with`.
pub fn read<'de, T: Iso, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    FromIso::deserialize(deserializer).map(|FromIso(value)| value)
}

/// Reads a date or time that may be missing. With `serde(default)`, the field may be missing too.
pub fn read_option<'de, T: Iso, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Ok(Option::deserialize(deserializer)?.map(|FromIso(value)| value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pads_iso_dates_only() {
        let at: DateTime<Utc> = "2026-01-02T03:04:05.678Z".parse().unwrap();
        assert_eq!(day(at.date_naive()), "2 Jan 2026");
        assert_eq!(iso_time(at), "2026-01-02T03:04:05Z");
    }

    /// What chrono writes and reads is what is read here.
    #[test]
    fn reads_what_chrono_writes() {
        for text in [
            "2026-01-02T03:04:05Z",
            "2026-01-02T03:04:05.678Z",
            "2026-01-02T03:04:05.678901Z",
            "2026-01-02T03:04:05.678901234Z",
            "2024-02-29T23:59:59.9+02:30",
            "1970-01-01T00:00:00-11:00",
            "9999-12-31 23:59:59+00:00",
        ] {
            let at: DateTime<Utc> = text.parse().unwrap();
            assert_eq!(DateTime::from_iso(text), Some(at), "{text}");
            let json = serde_json::to_string(&at).unwrap();
            assert_eq!(read::<DateTime<Utc>, _>(&mut serde_json::Deserializer::from_str(&json)).unwrap(), at, "{json}");
        }
        for text in ["1970-01-01", "2024-02-29", "2026-11-21", "9999-12-31"] {
            assert_eq!(NaiveDate::from_iso(text), Some(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn reads_nothing_else() {
        for text in [
            "",
            "2026",
            "2026-11",
            "2026-11-31",
            "2025-02-29",
            "2026-13-01",
            "2026-00-10",
            "26-11-21",
            "2026-1-2",
            "+2026-11-21",
            "2026-11-21 ",
            "2026-11-21-1",
            "２０２６-11-21",
            "2026/11/21",
        ] {
            assert_eq!(NaiveDate::from_iso(text), None, "{text}");
        }
        for text in [
            "2026-11-21",
            "2026-11-21T10:04",
            "2026-11-21T10:04:00",
            "2026-11-21T24:00:00Z",
            "2026-11-21T10:60:00Z",
            "2026-11-21T10:04:60Z",
            "2026-11-21T10:04:00.Z",
            "2026-11-21T10:04:00ZZ",
            "2026-11-21T10:04:00+2:00",
            "2026-11-21T10:04:00+24:00",
            "2026-11-21T10:04:00+0200",
            "2026-11-2éT10:04:00Z",
            "T10:04:00Z",
        ] {
            assert_eq!(DateTime::<Utc>::from_iso(text), None, "{text}");
        }
    }

    #[test]
    fn a_missing_date_is_none() {
        let read = |json| read_option::<NaiveDate, _>(&mut serde_json::Deserializer::from_str(json));
        assert_eq!(read("null").unwrap(), None);
        assert_eq!(read(r#""2026-11-21""#).unwrap(), NaiveDate::from_ymd_opt(2026, 11, 21));
        assert!(read(r#""tomorrow""#).unwrap_err().to_string().contains("tomorrow"));
    }
}
