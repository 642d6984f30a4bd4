//! Rate limits per client, in fixed windows of one minute. The counters are in memory, so each process limits its own
//! requests.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use chrono::TimeDelta;

use crate::kernel::unix_time::UnixTime;

const WINDOW: TimeDelta = TimeDelta::minutes(1);

/// Counters of the calls of each client.
#[derive(Debug)]
pub struct Limits {
    per_minute: u32,
    windows: Mutex<HashMap<String, Window>>,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    calls: u32,
    ends_at: UnixTime,
}

/// Number of calls that a client may still make in this window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    limit: u32,
    remaining: u32,
    resets_at: UnixTime,
    /// Whether this call exceeded the limit.
    pub is_exceeded: bool,
}

impl Limits {
    /// Creates counters that allow each client `per_minute` calls per minute.
    pub fn new(per_minute: u32) -> Self {
        Self { per_minute, windows: Mutex::default() }
    }

    /// Counts a call of `client`.
    pub fn count(&self, client: &str, now: UnixTime) -> Allowance {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        windows.retain(|_, window| window.ends_at > now);
        let window = windows.entry(client.to_owned()).or_insert_with(|| Window { calls: 0, ends_at: now.plus(WINDOW) });
        window.calls = window.calls.saturating_add(1);
        Allowance {
            limit: self.per_minute,
            remaining: self.per_minute.saturating_sub(window.calls),
            resets_at: window.ends_at,
            is_exceeded: window.calls > self.per_minute,
        }
    }
}

impl Allowance {
    /// Adds Auth0's rate limit headers, and `Retry-After` if the limit is exceeded.
    pub fn write(self, headers: &mut HeaderMap, now: UnixTime) {
        for (name, value) in [
            ("x-ratelimit-limit", i64::from(self.limit)),
            ("x-ratelimit-remaining", i64::from(self.remaining)),
            ("x-ratelimit-reset", self.resets_at.seconds()),
        ] {
            headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
        }
        if self.is_exceeded {
            let seconds = self.resets_at.since(now).num_seconds().max(1);
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::clock::Clock;

    #[test]
    fn a_window_ends_after_a_minute() {
        let clock = Clock::manual(chrono::DateTime::from_timestamp(1_788_000_000, 0).unwrap());
        let limits = Limits::new(2);
        let count = |client: &str| limits.count(client, UnixTime::now(&clock));
        assert_eq!((count("a").remaining, count("a").remaining), (1, 0));
        assert!(count("a").is_exceeded && !count("b").is_exceeded);
        clock.advance(TimeDelta::seconds(59));
        assert!(count("a").is_exceeded);
        clock.advance(TimeDelta::seconds(1));
        assert_eq!(count("a").remaining, 1);
    }
}
