//! When something that did not succeed is tried again.

use chrono::{DateTime, TimeDelta, Utc};

use super::error::ManagementError;
use crate::kernel::random::Random;

/// How long the first failure makes it wait; each further one doubles that.
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(2);

const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);

/// When to try again after `error`, the failure number `tries`: later and later, never all at the same moment, and not
/// before the provider wants to be asked.
#[must_use]
pub fn next_try(error: &ManagementError, tries: i64, now: DateTime<Utc>, random: &Random) -> DateTime<Utc> {
    let doublings = u32::try_from(tries.clamp(1, 20) - 1).unwrap_or_default();
    let wait = FIRST_WAIT.checked_mul(1 << doublings).map_or(LONGEST_WAIT, |wait| wait.min(LONGEST_WAIT));
    // Up to a quarter more.
    let [spread] = random.bytes::<1>();
    let due = now + wait + wait * i32::from(spread) / 1024;
    match error {
        ManagementError::Limited(until) => due.max(*until),
        _ => due,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_an_hour_and_heed_the_limit() {
        let (now, random) = (DateTime::UNIX_EPOCH, Random::seeded(1));
        let failed = ManagementError::Unanswered(String::new());
        let wait = |error: &ManagementError, tries| (next_try(error, tries, now, &random) - now).num_seconds();
        assert!((2..=3).contains(&wait(&failed, 1)));
        assert!((8..=10).contains(&wait(&failed, 3)));
        for tries in [12, 20, i64::MAX] {
            assert!((3600..=4500).contains(&wait(&failed, tries)));
        }
        assert_eq!(wait(&ManagementError::Limited(now + TimeDelta::minutes(5)), 1), 300);
    }
}
