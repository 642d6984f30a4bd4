//! Verifies the domains of organizations by DNS records: on request, and repeatedly in the background. A domain loses
//! its verification once the record has been missing for days.

mod verdict;

use std::time::Duration;

use chrono::TimeDelta;
use tokio::{sync::watch, task::JoinSet};

use self::verdict::{after, problem};
use crate::{
    domain::{
        ids::PersonId,
        organizations::email_domains::{DomainState, Problem},
    },
    kernel::email_domain::MailDomain,
    server::{
        db::{Mode, OrgTx, ProvenOrg},
        error::Error,
        provider::{command::ProviderCommand, queue},
        repo::{
            audit::{self, Entry, Outcome},
            domains::{self, CheckResult, Domain},
        },
        state::AppState,
    },
};

/// A repeated check within this time returns the previous result.
const MIN_INTERVAL: TimeDelta = TimeDelta::seconds(3);

/// After this time another node may claim the domain again.
const CLAIM_DURATION: TimeDelta = TimeDelta::minutes(2);

/// How often the background job looks for due domains, including those queued on another node.
const POLL_INTERVAL: Duration = Duration::from_secs(15);

/// Maximum number of concurrent lookups.
const BATCH_SIZE: i64 = 10;

/// Host name of the TXT record of `domain`.
#[must_use]
pub fn host(domain: &MailDomain) -> String {
    format!("_tessera-challenge.{domain}")
}

/// Expected value of the TXT record.
#[must_use]
pub fn value(token: &str) -> String {
    format!("tessera-domain-verification={token}")
}

/// Looks up the record of a domain of `org` and saves the result. `by` is the person who requested the check.
///
/// # Errors
/// [`Error::NotFound`] if the organization has no such domain.
#[tracing::instrument(skip_all, fields(%org))]
pub async fn check(app: &AppState, org: ProvenOrg, domain: &MailDomain, by: Option<PersonId>) -> Result<(), Error> {
    // Claim the domain.
    let now = app.clock.now();
    let mut tx = OrgTx::begin(&app.db, org, Mode::Write).await?;
    let claimed = domains::find(&mut tx, domain).await?.ok_or(Error::NotFound)?;
    if !domains::claim_check(&mut tx, domain, now - MIN_INTERVAL, now, now + CLAIM_DURATION).await? {
        return Ok(());
    }
    tx.commit().await?;
    // Look up the record.
    let found = app.dns.txt(&host(domain)).await;
    // Save the result, unless the domain was removed in the meantime.
    let mut tx = OrgTx::begin(&app.db, org, Mode::Write).await?;
    let Some(before) = domains::find(&mut tx, domain).await?.filter(|before| before.token == claimed.token) else {
        return Ok(());
    };
    let now = app.clock.now();
    let problem = problem(&found, &value(&before.token));
    let mut after = after(&before, problem, now);
    if !domains::update_check(&mut tx, domain, &after, now).await? {
        // Another organization verified the domain first.
        drop(tx);
        tx = OrgTx::begin(&app.db, org, Mode::Write).await?;
        after = CheckResult { state: before.state, problem: Some(Problem::Taken), ..after };
        domains::update_check(&mut tx, domain, &after, now).await?;
    }
    if after.state != before.state {
        on_state_change(app, &mut tx, &before, after.state, by.unwrap_or(before.created_by)).await?;
    }
    tx.commit().await?;
    app.wake_provider_worker.now();
    Ok(())
}

/// Queues the command for the provider, and records a new verification in the audit log.
async fn on_state_change(
    app: &AppState,
    tx: &mut OrgTx,
    domain: &Domain,
    to: DomainState,
    by: PersonId,
) -> Result<(), Error> {
    let name = domain.domain.clone();
    tracing::info!(org = %tx.org(), domain = name, ?to, "the state of a domain changed");
    let change = if to == DomainState::Verified {
        let now = app.clock.now();
        let (id, target) = (app.random.uuid(now), name.as_str());
        let entry = Entry { id, at: now, person: by, action: "domain.verify", target, outcome: Outcome::Done };
        audit::insert(tx, entry).await?;
        ProviderCommand::PutDomain { domain: name, is_discoverable: domain.is_discoverable }
    } else {
        ProviderCommand::RemoveDomain { domain: name }
    };
    if app.management.is_some() { queue::add(app, tx, by, &change).await } else { Ok(()) }
}

/// Checks due domains until the process is stopped.
pub async fn run(app: AppState, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            outcome = check_due(&app) => {
                if let Err(error) = outcome {
                    tracing::warn!(%error, "cannot check due domains");
                }
            }
            _ = stopped.changed() => return,
        }
        tokio::select! {
            () = app.wake_dns.wait() => {}
            () = tokio::time::sleep(POLL_INTERVAL) => {}
            _ = stopped.changed() => return,
        }
    }
}

async fn check_due(app: &AppState) -> Result<(), Error> {
    loop {
        let due = domains::due(&mut app.db.read().await?, app.clock.now(), BATCH_SIZE).await?;
        if due.is_empty() {
            return Ok(());
        }
        let mut checks = JoinSet::new();
        for (org, domain) in due {
            let app = app.clone();
            checks.spawn(async move { check(&app, org, &MailDomain::from_stored(&domain), None).await });
        }
        for outcome in checks.join_all().await {
            match outcome {
                // The domain was removed in the meantime.
                Ok(()) | Err(Error::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
    }
}
