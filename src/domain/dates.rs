//! Formats dates in English and UTC, the same on the server and in every browser.

use chrono::{DateTime, Datelike as _, NaiveDate, Timelike as _, Utc};

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pads_iso_dates_only() {
        let at: DateTime<Utc> = "2026-01-02T03:04:05.678Z".parse().unwrap();
        assert_eq!(day(at.date_naive()), "2 Jan 2026");
        assert_eq!(iso_time(at), "2026-01-02T03:04:05Z");
    }
}
