//! The background worker that synchronizes with the provider. It runs on every node; work is claimed in the database.

use std::time::Duration;

use tokio::sync::watch;

use super::{execute::execute, organization_setup, reconcile};
use crate::server::{
    error::Error,
    provider::{client::Management, retry},
    repo::{organization_setups, provider_changes},
    state::AppState,
};

/// How often the worker looks for work that has become due or was queued on another node.
const POLL_INTERVAL: Duration = Duration::from_secs(5);

/// Maximum number of setups and of commands per query.
const BATCH_SIZE: i64 = 20;

/// Runs until the process stops. Interrupted work is retried later, because every step is idempotent.
pub async fn run(app: AppState, mut stopped: watch::Receiver<bool>) {
    let Some(management) = &app.management else { return };
    loop {
        tokio::select! {
            worked = work(&app, management) => {
                if let Err(error) = worked {
                    tracing::warn!(%error, "could not process the work for the provider");
                }
            }
            _ = stopped.changed() => return,
        }
        tokio::select! {
            () = app.wake_provider_worker.wait() => {}
            () = tokio::time::sleep(POLL_INTERVAL) => {}
            _ = stopped.changed() => return,
        }
    }
}

/// Executes everything that is due. Stops while the provider's rate limit is active.
async fn work(app: &AppState, management: &Management) -> Result<(), Error> {
    while management.limited_until().is_none() {
        let now = retry::queue_time(app.clock.now());
        let setups = organization_setups::due(&mut app.db.read().await?, now, BATCH_SIZE).await?;
        let changes = provider_changes::due(&mut app.db.read().await?, now, BATCH_SIZE).await?;
        if setups.is_empty() && changes.is_empty() {
            // Reconcile last and one organization at a time, because no one waits for it.
            if reconcile::reconcile_next(app, management).await? {
                continue;
            }
            return Ok(());
        }
        for id in setups {
            organization_setup::run(app, management, id).await?;
        }
        for (org, id) in changes {
            execute(app, management, org, id).await?;
        }
    }
    Ok(())
}
