//! Decides how the result of a DNS lookup changes the verification state of a domain.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    domain::organizations::email_domains::{DomainState, Problem},
    kernel::dns::LookupError,
    server::repo::domains::{CheckResult, Domain},
};

/// How long the record may be missing before the verification is lost. It is longer than most mistakes last.
pub const MISSED_FOR: TimeDelta = TimeDelta::days(3);

/// How long a verification stays valid while the DNS servers of the domain do not answer.
const UNANSWERED_FOR: TimeDelta = TimeDelta::days(14);

/// How long lookups continue for a record that was never found, and for a domain that lost its verification.
const RETRY_FOR: TimeDelta = TimeDelta::days(14);

/// Returns the problem with the lookup result, if any.
pub(super) fn problem(found: &Result<Vec<String>, LookupError>, expected: &str) -> Option<Problem> {
    match found {
        Ok(texts) if texts.iter().any(|text| text.trim() == expected) => None,
        Ok(texts) if texts.is_empty() => Some(Problem::Missing),
        Ok(_) => Some(Problem::Wrong),
        Err(error) => {
            tracing::debug!(%error, "DNS lookup failed");
            Some(Problem::Unanswered)
        }
    }
}

/// Returns the new state of the domain. Lookups that fail or find no record lose the verification only after days.
pub(super) fn after(before: &Domain, problem: Option<Problem>, now: DateTime<Utc>) -> CheckResult {
    let seen_at = if problem.is_none() { Some(now) } else { before.seen_at };
    let missed_at = match problem {
        None => None,
        Some(Problem::Unanswered) => before.missed_at,
        Some(_) => before.missed_at.or(Some(now)),
    };
    let is_gone = missed_at.is_some_and(|since| problem != Some(Problem::Unanswered) && now - since >= MISSED_FOR)
        || seen_at.is_none_or(|at| now - at >= UNANSWERED_FOR);
    let state = match before.state {
        _ if problem.is_none() => DomainState::Verified,
        DomainState::Verified if is_gone => DomainState::Lost,
        state => state,
    };
    let soon = (now - before.created_at) / 4;
    let due_at = match state {
        DomainState::Verified if problem.is_none() => Some(now + TimeDelta::days(1)),
        DomainState::Verified => Some(now + TimeDelta::hours(6)),
        DomainState::Pending => {
            (now - before.created_at < RETRY_FOR).then(|| now + soon.clamp(TimeDelta::minutes(1), TimeDelta::hours(6)))
        }
        DomainState::Lost => {
            missed_at.is_none_or(|since| now - since < MISSED_FOR + RETRY_FOR).then(|| now + TimeDelta::days(1))
        }
    };
    CheckResult { state, problem, seen_at, missed_at, due_at }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{ids::PersonId, organizations::email_domains::JoinMode, permissions::Role},
        server::services::domain_checks::value,
    };

    const T0: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn domain(state: DomainState, seen_at: Option<DateTime<Utc>>, missed_at: Option<DateTime<Utc>>) -> Domain {
        Domain {
            domain: "acme.example".to_owned(),
            token: "t".to_owned(),
            state,
            mode: JoinMode::Off,
            role: Role::Member,
            is_discoverable: true,
            problem: None,
            checked_at: None,
            seen_at,
            missed_at,
            created_by: PersonId(uuid::Uuid::nil()),
            created_at: T0,
        }
    }

    #[test]
    fn one_record_must_match_exactly() {
        let expected = value("token");
        let found = |texts: &[&str]| problem(&Ok(texts.iter().map(ToString::to_string).collect()), &expected);
        assert_eq!(found(&["v=spf1 -all", "tessera-domain-verification=token "]), None);
        assert_eq!(found(&[]), Some(Problem::Missing));
        assert_eq!(found(&["tessera-domain-verification=tokens", "token"]), Some(Problem::Wrong));
        assert_eq!(problem(&Err(LookupError(String::new())), &expected), Some(Problem::Unanswered));
    }

    #[test]
    fn a_proof_is_lost_only_after_days() {
        let verified = domain(DomainState::Verified, Some(T0), None);
        let day = TimeDelta::days(1);
        let first = after(&verified, Some(Problem::Missing), T0 + day);
        assert_eq!((first.state, first.missed_at), (DomainState::Verified, Some(T0 + day)));
        let missed = domain(DomainState::Verified, Some(T0), Some(T0 + day));
        assert_eq!(after(&missed, Some(Problem::Wrong), T0 + day * 3).state, DomainState::Verified);
        assert_eq!(after(&missed, Some(Problem::Unanswered), T0 + day * 5).state, DomainState::Verified);
        assert_eq!(after(&missed, Some(Problem::Missing), T0 + day * 4).state, DomainState::Lost);
        assert_eq!(after(&verified, Some(Problem::Unanswered), T0 + day * 13).state, DomainState::Verified);
        assert_eq!(after(&verified, Some(Problem::Unanswered), T0 + day * 14).state, DomainState::Lost);
        let back = after(&domain(DomainState::Lost, Some(T0), Some(T0 + day)), None, T0 + day * 9);
        assert_eq!((back.state, back.missed_at), (DomainState::Verified, None));
    }

    #[test]
    fn lookups_of_a_missing_record_stop() {
        let pending = domain(DomainState::Pending, None, None);
        let due = |at: TimeDelta| after(&pending, Some(Problem::Missing), T0 + at).due_at.map(|due| due - T0 - at);
        assert_eq!(due(TimeDelta::seconds(5)), Some(TimeDelta::minutes(1)));
        assert_eq!(due(TimeDelta::hours(2)), Some(TimeDelta::minutes(30)));
        assert_eq!(due(TimeDelta::days(10)), Some(TimeDelta::hours(6)));
        assert_eq!(due(TimeDelta::days(14)), None);
    }
}
