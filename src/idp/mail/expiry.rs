//! Deletes mails whose time is over, in the background.

use std::{
    sync::{Weak, atomic::Ordering},
    time::Duration,
};

use crate::idp::{
    background::ShutdownSignal,
    state::{Idp, State},
    store::mails,
};

/// How often expired mails are deleted.
const INTERVAL: Duration = Duration::from_mins(10);

/// Starts the deletion, unless it is already running. It ends when `idp` shuts down or is dropped.
pub fn start(idp: &Idp) {
    if !idp.outbox.is_expiry_started.swap(true, Ordering::SeqCst) {
        let weak = idp.downgrade();
        idp.background.spawn(|shutdown| run(weak, shutdown));
    }
}

async fn run(idp: Weak<State>, mut shutdown: ShutdownSignal) {
    while let Some(idp) = Idp::upgrade(&idp) {
        if let Err(error) = delete(&idp).await {
            tracing::warn!(%error, "expired mails cannot be deleted");
        }
        drop(idp);
        if shutdown.interrupts(tokio::time::sleep(INTERVAL)).await {
            return;
        }
    }
}

async fn delete(idp: &Idp) -> sqlx::Result<()> {
    let mut tx = idp.database.write().await?;
    mails::delete_expired(&mut tx, idp.now()).await?;
    tx.commit().await
}
