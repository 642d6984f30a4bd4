//! Indexes what the database has noted: documents of an earlier version, of a restored backup, and those that a node of an
//! earlier version has written.

use std::time::Duration;

use tokio::sync::watch;
use uuid::Uuid;

use crate::{
    domain::ids::OrgId,
    server::{
        db::ProvenOrg,
        error::Error,
        repo::{
            folded_names::refold,
            search_index::{next_pending, write_pending},
        },
        state::AppState,
    },
};

/// How often to look for documents that are not indexed.
const POLL_INTERVAL: Duration = Duration::from_mins(1);

/// Maximum number of documents per transaction. Writers wait for a transaction on `SQLite`.
const BATCH_SIZE: i64 = 200;

/// Indexes pending documents until the process is stopped.
pub async fn run(app: AppState, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            outcome = catch_up(&app) => match outcome {
                Ok(0) => {}
                Ok(count) => tracing::info!(count, "indexed documents for the search"),
                Err(error) => tracing::warn!(%error, "cannot index documents for the search"),
            },
            _ = stopped.changed() => return,
        }
        if tokio::time::timeout(POLL_INTERVAL, stopped.changed()).await.is_ok() {
            return;
        }
    }
}

/// Indexes the pending documents of all organizations, one organization after the other, and returns their number. An
/// organization that fails is retried on the next run and does not delay the others.
///
/// Batches committed before an error stay.
#[tracing::instrument(skip_all)]
pub async fn catch_up(app: &AppState) -> Result<usize, Error> {
    let (mut after, mut count) = (OrgId(Uuid::nil()), 0);
    loop {
        let mut tx = app.db.read().await?;
        let Some(org) = next_pending(&mut tx, after).await? else { return Ok(count) };
        drop(tx);
        match index_batch(app, org).await {
            // Other nodes are indexing the rest.
            Ok(0) => after = *org,
            Ok(indexed) => count += indexed,
            Err(error) => {
                tracing::warn!(%error, %org, "cannot index the documents of an organization");
                after = *org;
            }
        }
    }
}

async fn index_batch(app: &AppState, org: ProvenOrg) -> Result<usize, Error> {
    let mut tx = app.db.write().await?.into_org(org).await?;
    let indexed = write_pending(&mut tx, BATCH_SIZE).await?;
    // Once for each organization: what an earlier version has written is folded as it did.
    if i64::try_from(indexed).is_ok_and(|indexed| indexed < BATCH_SIZE) {
        refold(&mut tx).await?;
    }
    tx.commit().await?;
    Ok(indexed)
}
