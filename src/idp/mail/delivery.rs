//! Sending in the background.
//!
//! What is to be sent is in the database, so a mail outlives a restart and a server that is down. It may arrive twice
//! when the process ends between sending and writing down that it was sent; it is never lost.

use std::sync::{Arc, Weak, atomic::Ordering};

use chrono::TimeDelta;
use tokio::sync::Notify;

use crate::idp::{
    background::Closing,
    mail::smtp::SmtpConfig,
    state::{Idp, State},
    store::mails::{self, Mail},
    time::Timestamp,
};

/// How many mails are taken in one look.
const AT_ONCE: i64 = 20;
/// For how long a mail is taken: longer than sending it may last.
const TAKEN_FOR: TimeDelta = TimeDelta::minutes(5);
/// How long the first failure makes a mail wait; each further one doubles it.
const FIRST_WAIT: TimeDelta = TimeDelta::minutes(1);
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(4);
/// How long a mail is tried at all, as RFC 5321 section 4.5.4.1 has it.
const TRIED_FOR: TimeDelta = TimeDelta::days(4);
/// How long the transaction that wrote a mail is given to commit.
const SETTLES: std::time::Duration = std::time::Duration::from_millis(100);

/// Begins to send, once, until `idp` closes or nothing of it is left.
pub fn start(idp: &Idp) {
    let (outbox, background) = (&idp.outbox, &idp.background);
    if let Some(smtp) = outbox.smtp.clone()
        && !outbox.started.swap(true, Ordering::SeqCst)
    {
        let (idp, written) = (idp.downgrade(), outbox.written.clone());
        background.spawn(|closing| run(idp, written, smtp, closing));
    }
}

/// Holds the provider only while it sends, so that this ends with it.
async fn run(idp: Weak<State>, written: Arc<Notify>, smtp: SmtpConfig, mut closing: Closing) {
    while let Some(idp) = Idp::upgrade(&idp) {
        if let Err(error) = send_due(&idp, &smtp).await {
            tracing::warn!(%error, "mails to be sent cannot be read, or what became of them not be written");
        }
        let written = async {
            written.notified().await;
            tokio::time::sleep(SETTLES).await;
        };
        if closing.within(tokio::time::timeout(smtp.look_every, written)).await {
            return;
        }
    }
}

/// Sends everything that is due.
async fn send_due(idp: &Idp, smtp: &SmtpConfig) -> sqlx::Result<()> {
    loop {
        let now = idp.now();
        let due = mails::due(&mut idp.database.read().await?, now, AT_ONCE).await?;
        let last = due.len() < usize::try_from(AT_ONCE).unwrap_or_default();
        for mail in due {
            let mut tx = idp.database.write().await?;
            let taken = mails::take(&mut tx, &mail, now.plus(TAKEN_FOR)).await?;
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
        Ok(()) => mails::sent(&mut tx, &mail.id, now).await?,
        Err(fault) => {
            tracing::warn!(mail = %mail.id, fault = %fault.text, "a mail could not be sent");
            let next = if fault.is_final { None } else { next_try(mail, now) };
            mails::failed(&mut tx, &mail.id, &fault.text, next).await?;
        }
    }
    tx.commit().await
}

/// When `mail`, which has just failed once more, is tried again.
fn next_try(mail: &Mail, now: Timestamp) -> Option<Timestamp> {
    let doublings = u32::try_from(mail.tries.clamp(0, 16)).unwrap_or_default();
    let wait = FIRST_WAIT.checked_mul(1 << doublings).map_or(LONGEST_WAIT, |wait| wait.min(LONGEST_WAIT));
    (now.since(mail.created_at) < TRIED_FOR).then(|| now.plus(wait))
}
