//! Carries out what is to be done at the provider, on whichever node comes first.

use std::time::Duration;

use tokio::sync::watch;

use super::{carry_out::carry_out, organization_setup, reconcile};
use crate::server::{
    error::Error,
    provider::client::Management,
    repo::{organization_setups, provider_changes},
    state::AppState,
};

/// How often the worker looks for what has become due, or was written down on another node.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// How much is taken in one look.
const AT_ONCE: i64 = 20;

/// Works until the process is told to stop. What is under way then is taken up again later: every step may be done
/// twice.
pub async fn run(app: AppState, mut stopped: watch::Receiver<bool>) {
    let Some(management) = &app.management else { return };
    loop {
        tokio::select! {
            worked = work(&app, management) => {
                if let Err(error) = worked {
                    tracing::warn!(%error, "what is to be done at the provider cannot be read or written");
                }
            }
            _ = stopped.changed() => return,
        }
        tokio::select! {
            () = app.wake.wait() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = stopped.changed() => return,
        }
    }
}

/// Does everything that is due. While the provider wants to be left alone, nothing is.
async fn work(app: &AppState, management: &Management) -> Result<(), Error> {
    while management.pause().is_none() {
        let now = app.clock.now();
        let foundings = organization_setups::due(&mut app.db.read().await?, now, AT_ONCE).await?;
        let changes = provider_changes::due(&mut app.db.read().await?, now, AT_ONCE).await?;
        if foundings.is_empty() && changes.is_empty() {
            // What nobody waits for comes last, and one at a time.
            if reconcile::next(app, management).await? {
                continue;
            }
            return Ok(());
        }
        for id in foundings {
            organization_setup::attempt(app, management, id).await?;
        }
        for (org, id) in changes {
            carry_out(app, management, org, id).await?;
        }
    }
    Ok(())
}
