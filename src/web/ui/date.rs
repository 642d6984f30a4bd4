//! A time as a `<time>` element, in the reader's time zone.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Timelike as _, Utc};
use leptos::prelude::*;

use crate::domain::dates::{day, iso_time};

/// A day, with the minute as tooltip and the second in `datetime`.
#[component]
pub fn Date(
    at: DateTime<Utc>,
    /// Whether to show the time of day, too.
    #[prop(optional)]
    time: bool,
) -> impl IntoView {
    let (local, zone) = by_reader(at);
    let day = day(local.date());
    let minute = format!("{day}, {:02}:{:02}{zone}", local.hour(), local.minute());
    let text = if time { minute.clone() } else { day };
    view! { <time datetime=iso_time(at) title=minute>{text}</time> }
}

/// The day by the reader's clock.
#[must_use]
pub fn local_day(at: DateTime<Utc>) -> NaiveDate {
    by_reader(at).0.date()
}

/// The time by the reader's clock, as far as the browser has said the zone with the request, and what to add to it.
#[cfg(feature = "ssr")]
fn by_reader(at: DateTime<Utc>) -> (NaiveDateTime, &'static str) {
    crate::web::request::time_zone().map_or_else(|| (at.naive_utc(), " UTC"), |zone| (zone.local(at), ""))
}

/// The time by the reader's clock.
#[cfg(not(feature = "ssr"))]
fn by_reader(at: DateTime<Utc>) -> (NaiveDateTime, &'static str) {
    #[expect(clippy::cast_precision_loss, reason = "exact for all times that a page can show")]
    let date = web_sys::js_sys::Date::new(&(at.timestamp_millis() as f64).into());
    // Positive in the west.
    #[expect(clippy::cast_possible_truncation, reason = "a number of minutes within a day")]
    let offset = chrono::TimeDelta::minutes(date.get_timezone_offset() as i64);
    (at.naive_utc() - offset, "")
}
