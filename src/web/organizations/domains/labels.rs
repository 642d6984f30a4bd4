//! Texts about domains.

use crate::domain::organizations::email_domains::{DomainState, DomainSummary, JoinMode, Problem};

/// Returns the label of a verification state.
#[must_use]
pub const fn state(state: DomainState) -> &'static str {
    match state {
        DomainState::Pending => "Not verified",
        DomainState::Verified => "Verified",
        DomainState::Lost => "Verification lost",
    }
}

/// Summarizes who may join by the domain.
#[must_use]
pub fn joining(domain: &DomainSummary) -> String {
    let role = domain.role.label().to_ascii_lowercase();
    match domain.mode {
        JoinMode::Off => "Invite only".to_owned(),
        JoinMode::Ask => format!("People can ask to join as {role}"),
        JoinMode::Join => format!("People join automatically as {role}"),
    }
}

/// Returns the label and the hint of a join mode.
#[must_use]
pub const fn mode(mode: JoinMode) -> (&'static str, &'static str) {
    match mode {
        JoinMode::Off => ("Invite only", "Only people with an invitation can join."),
        JoinMode::Ask => ("By request", "Requests appear on the People page."),
        JoinMode::Join => ("Automatically", "People you removed need approval."),
    }
}

/// Describes the result of the last check of the DNS record.
#[must_use]
pub const fn problem(state: DomainState, problem: Option<Problem>) -> &'static str {
    match (state, problem) {
        (DomainState::Verified, None) => "The record was found. It’s checked every day, so keep it in place.",
        (_, None) => "The record hasn’t been checked yet. DNS changes can take up to an hour.",
        (_, Some(Problem::Missing)) => "Record not found. DNS changes can take up to an hour. Check the host, too.",
        (_, Some(Problem::Wrong)) => "The record at this host has a different value. Compare it with the one above.",
        (_, Some(Problem::Unanswered)) => {
            "The domain’s name servers didn’t respond. The check is retried automatically. If this keeps happening, contact your DNS provider."
        }
        (_, Some(Problem::Taken)) => {
            "The record was found, but another workspace has verified this domain. Remove its record and wait a few days."
        }
    }
}
