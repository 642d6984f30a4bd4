//! Texts about domains.

use crate::domain::organizations::email_domains::{DomainState, DomainSummary, JoinMode, Problem};

/// Returns the label of a verification state.
#[must_use]
pub const fn state(state: DomainState) -> &'static str {
    match state {
        DomainState::Pending => "Not proven yet",
        DomainState::Verified => "Proven",
        DomainState::Lost => "Proof lost",
    }
}

/// Summarizes who may join by the domain.
#[must_use]
pub fn joining(domain: &DomainSummary) -> String {
    let role = domain.role.label().to_lowercase();
    match domain.mode {
        JoinMode::Off => "Nobody joins by it".to_owned(),
        JoinMode::Ask => format!("People ask to join as {role}"),
        JoinMode::Join => format!("People join at once as {role}"),
    }
}

/// Returns the label and the hint of a join mode.
#[must_use]
pub const fn mode(mode: JoinMode) -> (&'static str, &'static str) {
    match mode {
        JoinMode::Off => ("By invitation alone", "An address at the domain changes nothing."),
        JoinMode::Ask => ("They ask, and somebody decides", "Requests are on the page of people."),
        JoinMode::Join => ("They join at once", "Whoever you have removed before has to ask."),
    }
}

/// Describes the result of the last check of the DNS record.
#[must_use]
pub const fn problem(state: DomainState, problem: Option<Problem>) -> &'static str {
    match (state, problem) {
        (DomainState::Verified, None) => "The record is there. It is looked for every day: leave it where it is.",
        (_, None) => "The record has not been looked for yet. DNS may take up to an hour to show a new one everywhere.",
        (_, Some(Problem::Missing)) => {
            "There is no such record. DNS may take up to an hour to show a new one everywhere; check the host, too."
        }
        (_, Some(Problem::Wrong)) => {
            "There is a record at this host, but with another value. Compare it with the one above."
        }
        (_, Some(Problem::Unanswered)) => {
            "The domain’s name servers did not answer. It is tried again by itself; if it stays, ask whoever runs them."
        }
        (_, Some(Problem::Taken)) => {
            "The record is there, but another workspace has proven the domain. Remove its record, and wait a few days."
        }
    }
}
