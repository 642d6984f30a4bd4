//! Delivers mail in the background.
//!
//! Pending mails are rows in the database, so they survive restarts and outages of the mail server. No mail is lost,
//! but a mail may be sent twice if the process ends after sending it and before recording the result.

use std::sync::{Arc, Weak, atomic::Ordering};

use chrono::TimeDelta;
use tokio::sync::Notify;

use crate::{
    idp::{
        background::ShutdownSignal,
        mail::smtp::{SendError, SmtpConfig},
        state::{Idp, State},
        store::mails::{self, Mail},
    },
    kernel::unix_time::UnixTime,
};

/// Maximum number of pending mails that are fetched in one query.
const BATCH_SIZE: i64 = 20;
/// How long a claim on a mail lasts. Sending never takes as long.
const CLAIM_DURATION: TimeDelta = TimeDelta::minutes(5);
/// Delay after the first failed attempt. It doubles with each further failure.
const FIRST_BACKOFF: TimeDelta = TimeDelta::minutes(1);
const MAX_BACKOFF: TimeDelta = TimeDelta::hours(4);
/// How long the delivery of a mail is retried, as RFC 5321 section 4.5.4.1 recommends.
const MAX_AGE: TimeDelta = TimeDelta::days(4);
/// Delay before fetching a new mail, in which the transaction that inserted it can commit.
const COMMIT_DELAY: std::time::Duration = std::time::Duration::from_millis(100);

/// Starts the delivery, unless it is already running. It ends when `idp` shuts down or is dropped.
pub fn start(idp: &Idp) {
    let (outbox, background) = (&idp.outbox, &idp.background);
    if let Some(smtp) = outbox.smtp.clone()
        && !outbox.started.swap(true, Ordering::SeqCst)
    {
        let (idp, written) = (idp.downgrade(), outbox.written.clone());
        background.spawn(|shutdown| run(idp, written, smtp, shutdown));
    }
}

/// Sends pending mails in a loop. Holds the provider only while sending, so that dropping the provider ends this task.
async fn run(idp: Weak<State>, written: Arc<Notify>, smtp: SmtpConfig, mut shutdown: ShutdownSignal) {
    while let Some(idp) = Idp::upgrade(&idp) {
        if let Err(error) = send_due(&idp, &smtp).await {
            tracing::warn!(%error, "pending mails cannot be read or updated");
        }
        let written = async {
            written.notified().await;
            tokio::time::sleep(COMMIT_DELAY).await;
        };
        if shutdown.interrupts(tokio::time::timeout(smtp.poll_interval, written)).await {
            return;
        }
    }
}

/// Sends all mails that are due.
async fn send_due(idp: &Idp, smtp: &SmtpConfig) -> sqlx::Result<()> {
    loop {
        let now = idp.now();
        let due = mails::fetch_due(&mut idp.database.read().await?, now, BATCH_SIZE).await?;
        let last = due.len() < usize::try_from(BATCH_SIZE).unwrap_or_default();
        for mail in due {
            let mut tx = idp.database.write().await?;
            let taken = mails::claim(&mut tx, &mail, now.plus(CLAIM_DURATION)).await?;
            tx.commit().await?;
            if taken {
                send(idp, smtp, &mail).await?;
            }
        }
        if last {
            return Ok(());
        }
    }
}

/// Sends one mail and records the result.
async fn send(idp: &Idp, smtp: &SmtpConfig, mail: &Mail) -> sqlx::Result<()> {
    let outcome = match mail.open(&idp.sealer) {
        Ok(body) => smtp.send(mail, body, idp.issuer.host_str().unwrap_or_default()).await,
        Err(error) => Err(SendError { text: error.to_string(), is_final: true }),
    };
    let now = idp.now();
    let mut tx = idp.database.write().await?;
    match outcome {
        Ok(()) => mails::update_sent(&mut tx, &mail.id, now).await?,
        Err(fault) => {
            tracing::warn!(mail = %mail.id, fault = %fault.text, "a mail could not be sent");
            let next = if fault.is_final { None } else { next_attempt(mail, now) };
            mails::update_failed(&mut tx, &mail.id, &fault.text, next).await?;
        }
    }
    tx.commit().await
}

/// Returns the time of the next attempt after a failure; `None` if the mail is too old for a retry.
fn next_attempt(mail: &Mail, now: UnixTime) -> Option<UnixTime> {
    let doublings = u32::try_from(mail.tries.clamp(0, 16)).unwrap_or_default();
    let wait = FIRST_BACKOFF.checked_mul(1 << doublings).map_or(MAX_BACKOFF, |wait| wait.min(MAX_BACKOFF));
    (now.since(mail.created_at) < MAX_AGE).then(|| now.plus(wait))
}
