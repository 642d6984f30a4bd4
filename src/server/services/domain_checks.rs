//! Looking for the records by which organizations prove their domains: when somebody asks for it, and again and again
//! in the background, where a proof that is gone for days is lost.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::{sync::watch, task::JoinSet};

use crate::{
    mail_domain::MailDomain,
    organizations::domains::model::{DomainState, Problem},
    server::{
        db::{Mode, OrgTx},
        dns::NoAnswer,
        error::Error,
        management::{change::Change, queue},
        repo::{
            audit::{self, Entry, Outcome},
            domains::{self, Domain, Looked},
            ids::{OrgId, PersonId},
        },
        state::AppState,
    },
};

/// How long a record may be missed before its domain is lost: longer than most mistakes last.
pub const MISSED_FOR: TimeDelta = TimeDelta::days(3);

/// How long a proof counts while nothing is heard of the domain's servers.
const UNHEARD_FOR: TimeDelta = TimeDelta::days(14);

/// How long a record that was never seen is looked for by itself, and one that was lost.
const LOOKED_FOR: TimeDelta = TimeDelta::days(14);

/// Who looks again sooner than this gets the answer from before.
const PAUSE: TimeDelta = TimeDelta::seconds(3);

/// When another node looks, if nothing was heard of this one.
const TAKEN_FOR: TimeDelta = TimeDelta::minutes(2);

/// How often the background looks for what has become due, or was written down on another node.
const LOOK_EVERY: Duration = Duration::from_secs(15);

/// How many records are looked for at the same time.
const AT_ONCE: i64 = 10;

/// The name at which the record of `domain` is looked for.
#[must_use]
pub fn host(domain: &MailDomain) -> String {
    format!("_tessera-challenge.{domain}")
}

/// What the record holds.
#[must_use]
pub fn value(token: &str) -> String {
    format!("tessera-domain-verification={token}")
}

/// Looks for the record of a domain of `org`, and writes down what becomes of it. `by` is who asked for it.
///
/// # Errors
/// When the database does not answer; [`Error::NotFound`] when there is no such domain.
pub async fn check(app: &AppState, org: OrgId, domain: &MailDomain, by: Option<PersonId>) -> Result<(), Error> {
    // Take it.
    let now = app.clock.now();
    let mut tx = OrgTx::begin(&app.db, org, Mode::Write).await?;
    let known = domains::find(&mut tx, domain).await?.ok_or(Error::NotFound)?;
    if !domains::take(&mut tx, domain, now - PAUSE, now, now + TAKEN_FOR).await? {
        return Ok(());
    }
    tx.commit().await?;
    // Look.
    let found = app.dns.txt(&host(domain)).await;
    // Write down what was found, unless the domain was removed meanwhile.
    let mut tx = OrgTx::begin(&app.db, org, Mode::Write).await?;
    let Some(before) = domains::find(&mut tx, domain).await?.filter(|before| before.token == known.token) else {
        return Ok(());
    };
    let now = app.clock.now();
    let problem = problem(&found, &value(&before.token));
    let mut after = after(&before, problem, now);
    if !domains::put(&mut tx, domain, &after, now).await? {
        // Another organization has proven it first.
        drop(tx);
        tx = OrgTx::begin(&app.db, org, Mode::Write).await?;
        after = Looked { state: before.state, problem: Some(Problem::Taken), ..after };
        domains::put(&mut tx, domain, &after, now).await?;
    }
    if after.state != before.state {
        changed(app, &mut tx, &before, after.state, by.unwrap_or(before.created_by)).await?;
    }
    tx.commit().await?;
    app.wake.now();
    Ok(())
}

/// Tells the provider, and puts a proof on record.
async fn changed(app: &AppState, tx: &mut OrgTx, domain: &Domain, to: DomainState, by: PersonId) -> Result<(), Error> {
    let name = domain.domain.clone();
    tracing::info!(org = %tx.org(), domain = name, ?to, "a domain’s proof has changed");
    let change = if to == DomainState::Verified {
        let now = app.clock.now();
        let (id, target) = (app.random.uuid(now), name.as_str());
        let entry = Entry { id, at: now, person: by, action: "domain.verify", target, outcome: Outcome::Done };
        audit::record(tx, entry).await?;
        Change::PutDomain { domain: name, is_discoverable: domain.is_discoverable }
    } else {
        Change::RemoveDomain { domain: name }
    };
    if app.management.is_some() { queue::add_for(app, tx, by, &change).await } else { Ok(()) }
}

/// What is wrong, if anything is.
fn problem(found: &Result<Vec<String>, NoAnswer>, wanted: &str) -> Option<Problem> {
    match found {
        Ok(texts) if texts.iter().any(|text| text.trim() == wanted) => None,
        Ok(texts) if texts.is_empty() => Some(Problem::Missing),
        Ok(_) => Some(Problem::Wrong),
        Err(error) => {
            tracing::debug!(%error, "a domain’s record could not be looked for");
            Some(Problem::Unanswered)
        }
    }
}

/// What becomes of the domain. A failure of the domain name system says nothing; a record that is not there says
/// something only after days.
fn after(before: &Domain, problem: Option<Problem>, now: DateTime<Utc>) -> Looked {
    let seen_at = if problem.is_none() { Some(now) } else { before.seen_at };
    let missed_at = match problem {
        None => None,
        Some(Problem::Unanswered) => before.missed_at,
        Some(_) => before.missed_at.or(Some(now)),
    };
    let is_gone = missed_at.is_some_and(|since| problem != Some(Problem::Unanswered) && now - since >= MISSED_FOR)
        || seen_at.is_none_or(|at| now - at >= UNHEARD_FOR);
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
            (now - before.created_at < LOOKED_FOR).then(|| now + soon.clamp(TimeDelta::minutes(1), TimeDelta::hours(6)))
        }
        DomainState::Lost => {
            missed_at.is_none_or(|since| now - since < MISSED_FOR + LOOKED_FOR).then(|| now + TimeDelta::days(1))
        }
    };
    Looked { state, problem, seen_at, missed_at, due_at }
}

/// Looks for the records that are due until the process is told to stop.
pub async fn run(app: AppState, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            worked = work(&app) => {
                if let Err(error) = worked {
                    tracing::warn!(%error, "the domains that are due cannot be read");
                }
            }
            _ = stopped.changed() => return,
        }
        tokio::select! {
            () = app.wake_dns.wait() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = stopped.changed() => return,
        }
    }
}

async fn work(app: &AppState) -> Result<(), Error> {
    loop {
        let due = domains::due(&mut app.db.read().await?, app.clock.now(), AT_ONCE).await?;
        if due.is_empty() {
            return Ok(());
        }
        let mut checks = JoinSet::new();
        for (org, domain) in due {
            let app = app.clone();
            checks.spawn(async move { check(&app, org, &MailDomain::known(&domain), None).await });
        }
        for outcome in checks.join_all().await {
            match outcome {
                // Removed meanwhile.
                Ok(()) | Err(Error::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{access::Role, organizations::domains::model::JoinMode};

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
    fn one_of_several_texts_must_be_ours_whole() {
        let wanted = value("token");
        let found = |texts: &[&str]| problem(&Ok(texts.iter().map(ToString::to_string).collect()), &wanted);
        assert_eq!(found(&["v=spf1 -all", "tessera-domain-verification=token "]), None);
        assert_eq!(found(&[]), Some(Problem::Missing));
        assert_eq!(found(&["tessera-domain-verification=tokens", "token"]), Some(Problem::Wrong));
        assert_eq!(problem(&Err(NoAnswer(String::new())), &wanted), Some(Problem::Unanswered));
    }

    #[test]
    fn a_proof_is_lost_after_days_and_never_at_once() {
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
    fn a_record_that_never_comes_is_not_looked_for_for_ever() {
        let pending = domain(DomainState::Pending, None, None);
        let due = |at: TimeDelta| after(&pending, Some(Problem::Missing), T0 + at).due_at.map(|due| due - T0 - at);
        assert_eq!(due(TimeDelta::seconds(5)), Some(TimeDelta::minutes(1)));
        assert_eq!(due(TimeDelta::hours(2)), Some(TimeDelta::minutes(30)));
        assert_eq!(due(TimeDelta::days(10)), Some(TimeDelta::hours(6)));
        assert_eq!(due(TimeDelta::days(14)), None);
    }
}
