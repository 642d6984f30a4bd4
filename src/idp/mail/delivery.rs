//! Sending in the background.
//!
//! What is to be sent is in the database, so a mail outlives a restart and a server that is down. It may arrive twice
//! when the process ends between sending and writing down that it was sent; it is never lost.

use std::sync::{Arc, Weak, atomic::Ordering};

use chrono::TimeDelta;
use tokio::sync::Notify;

use crate::idp::{
    background::ShutdownSignal,
    mail::smtp::SmtpConfig,
    state::{Idp, State},
    store::mails::{self, Mail},
    time::Timestamp,
};

/// How many mails are taken in one look.
const BATCH_SIZE: i64 = 20;
/// For how long a mail is taken: longer than sending it may last.
const CLAIM_DURATION: TimeDelta = TimeDelta::minutes(5);
/// How long the first failure makes a mail wait; each further one doubles it.
const FIRST_BACKOFF: TimeDelta = TimeDelta::minutes(1);
const MAX_BACKOFF: TimeDelta = TimeDelta::hours(4);
/// How long a mail is tried at all, as RFC 5321 section 4.5.4.1 has it.
const MAX_AGE: TimeDelta = TimeDelta::days(4);
/// How long the transaction that wrote a mail is given to commit.
const COMMIT_DELAY: std::time::Duration = std::time::Duration::from_millis(100);

/// Begins to send, once, until `idp` closes or nothing of it is left.
pub fn start(idp: &Idp) {
    let (outbox, background) = (&idp.outbox, &idp.background);
    if let Some(smtp) = outbox.smtp.clone()
        && !outbox.started.swap(true, Ordering::SeqCst)
    {
        let (idp, written) = (idp.downgrade(), outbox.written.clone());
        background.spawn(|shutdown| run(idp, written, smtp, shutdown));
    }
}

/// Holds the provider only while it sends, so that this ends with it.
async fn run(idp: Weak<State>, written: Arc<Notify>, smtp: SmtpConfig, mut shutdown: ShutdownSignal) {
    while let Some(idp) = Idp::upgrade(&idp) {
        if let Err(error) = send_due(&idp, &smtp).await {
            tracing::warn!(%error, "mails to be sent cannot be read, or what became of them not be written");
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

/// Sends everything that is due.
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

/// Sends one mail and writes down how that went.
async fn send(idp: &Idp, smtp: &SmtpConfig, mail: &Mail) -> sqlx::Result<()> {
    let outcome = smtp.send(mail, idp.issuer.host_str().unwrap_or_default()).await;
    let now = idp.now();
    let mut tx = idp.database.write().await?;
    match outcome {
        Ok(()) => mails::mark_sent(&mut tx, &mail.id, now).await?,
        Err(fault) => {
            tracing::warn!(mail = %mail.id, fault = %fault.text, "a mail could not be sent");
            let next = if fault.is_final { None } else { next_attempt(mail, now) };
            mails::mark_failed(&mut tx, &mail.id, &fault.text, next).await?;
        }
    }
    tx.commit().await
}

/// When `mail`, which has just failed once more, is tried again.
fn next_attempt(mail: &Mail, now: Timestamp) -> Option<Timestamp> {
    let doublings = u32::try_from(mail.tries.clamp(0, 16)).unwrap_or_default();
    let wait = FIRST_BACKOFF.checked_mul(1 << doublings).map_or(MAX_BACKOFF, |wait| wait.min(MAX_BACKOFF));
    (now.since(mail.created_at) < MAX_AGE).then(|| now.plus(wait))
}
