//! Looking for the records by which organizations prove their domains: when somebody asks for it, and again and again
//! in the background, where a proof that is gone for days is lost.

mod verdict;

use std::time::Duration;

use chrono::TimeDelta;
use tokio::{sync::watch, task::JoinSet};

pub use self::verdict::MISSED_FOR;
use self::verdict::{after, problem};
use crate::{
    domain::{
        ids::{OrgId, PersonId},
        organizations::email_domains::{DomainState, Problem},
    },
    kernel::email_domain::MailDomain,
    server::{
        db::{Mode, OrgTx},
        error::Error,
        provider::{command::ProviderCommand, queue},
        repo::{
            audit::{self, Entry, Outcome},
            domains::{self, Domain, Looked},
        },
        state::AppState,
    },
};

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
        ProviderCommand::PutDomain { domain: name, is_discoverable: domain.is_discoverable }
    } else {
        ProviderCommand::RemoveDomain { domain: name }
    };
    if app.management.is_some() { queue::add_for(app, tx, by, &change).await } else { Ok(()) }
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
