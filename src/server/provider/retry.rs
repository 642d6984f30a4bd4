//! Retry delays with exponential backoff.

use chrono::{DateTime, TimeDelta, Utc};

use super::error::ManagementError;
use crate::{kernel::random::Random, server::repo::provider_changes::QueueTime};

/// Delay after the first failure; each further failure doubles it.
const FIRST_DELAY: TimeDelta = TimeDelta::seconds(2);

/// Maximum delay, before jitter.
const MAX_DELAY: TimeDelta = TimeDelta::hours(1);

/// Longer than any delay, with its jitter.
const LONGEST_DELAY: TimeDelta = TimeDelta::minutes(90);

/// How long a node holds the claim on an attempt; afterwards another node may retry.
pub const CLAIM_DURATION: TimeDelta = TimeDelta::seconds(30);

/// Accepted difference between the clocks of two nodes.
pub const CLOCK_DIFFERENCE: TimeDelta = TimeDelta::minutes(1);

/// Returns the time for finding out what is due at `now`.
#[must_use]
pub fn queue_time(now: DateTime<Utc>) -> QueueTime {
    let latest_claim = now + CLAIM_DURATION + CLOCK_DIFFERENCE;
    QueueTime { now, latest_due: now + LONGEST_DELAY, latest_claim }
}

/// Returns when to retry after `error`, the failure number `tries`: exponential backoff with jitter, and not before the
/// provider's rate limit ends.
#[must_use]
pub fn next_try(error: &ManagementError, tries: i64, now: DateTime<Utc>, random: &Random) -> DateTime<Utc> {
    let doublings = u32::try_from(tries.clamp(1, 20) - 1).unwrap_or_default();
    let delay = FIRST_DELAY.checked_mul(1 << doublings).map_or(MAX_DELAY, |delay| delay.min(MAX_DELAY));
    // Jitter: up to a quarter more.
    let [jitter] = random.bytes::<1>();
    let due = now + delay + delay * i32::from(jitter) / 1024;
    match error {
        ManagementError::Limited(until) => due.max(*until),
        _ => due,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_to_an_hour_and_respect_the_rate_limit() {
        let (now, random) = (DateTime::UNIX_EPOCH, Random::seeded(1));
        let failed = ManagementError::NoResponse(String::new());
        let wait = |error: &ManagementError, tries| (next_try(error, tries, now, &random) - now).num_seconds();
        assert!((2..=3).contains(&wait(&failed, 1)));
        assert!((8..=10).contains(&wait(&failed, 3)));
        for tries in [12, 20, i64::MAX] {
            assert!((3600..=4500).contains(&wait(&failed, tries)));
        }
        assert_eq!(wait(&ManagementError::Limited(now + TimeDelta::minutes(5)), 1), 300);
    }
}
