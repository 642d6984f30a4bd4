//! Queues commands for the provider in the transaction of the local change.

use uuid::Uuid;

use super::command::ProviderCommand;
use crate::{
    domain::ids::{ChangeId, PersonId},
    server::{
        db::OrgTx,
        error::Error,
        repo::provider_changes::{self, NewChange},
        state::AppState,
    },
};

/// Queues the command `change` in the name of `requested_by`. After the commit, call [`crate::server::wake::Wake::now`] to
/// execute it immediately.
pub async fn add(
    app: &AppState,
    tx: &mut OrgTx,
    requested_by: PersonId,
    change: &ProviderCommand,
) -> Result<(), Error> {
    let now = app.clock.now();
    let text = serde_json::to_string(change).map_err(|_| Error::Corrupt("change"))?;
    // Ids are in the order of the commands, also after the clock was set back.
    let after_last = provider_changes::last_id(tx).await?.map(|last| Uuid::from_u128(last.0.as_u128() + 1));
    let id = ChangeId(app.random.uuid(now).max(after_last.unwrap_or_default()));
    let new = NewChange { id, topic: &change.topic(), change: &text, requested_by };
    provider_changes::insert(tx, &new, now).await
}
