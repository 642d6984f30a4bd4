//! A date as a `<time>` element.

use chrono::{DateTime, Timelike as _, Utc};
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
    let day = day(at.date_naive());
    let minute = format!("{day}, {:02}:{:02} UTC", at.hour(), at.minute());
    let text = if time { minute.clone() } else { day };
    view! { <time datetime=iso_time(at) title=minute>{text}</time> }
}
