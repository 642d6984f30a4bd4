//! The queue: what an organization wants of the provider, in the words of the transaction that decided it.

use super::command::ProviderCommand;
use crate::{
    domain::ids::{ChangeId, PersonId},
    server::{
        access::OrgContext,
        db::OrgTx,
        error::Error,
        repo::provider_changes::{self, NewChange},
        state::AppState,
    },
};

/// Adds `change` to what the provider is to be told, in the transaction that decides it. When that has been committed,
/// [`crate::server::wake::Wake::now`] has it carried out at once.
///
/// # Errors
/// When the database refuses.
pub async fn add(ctx: &OrgContext, tx: &mut OrgTx, change: &ProviderCommand) -> Result<(), Error> {
    add_for(ctx.state(), tx, ctx.person, change).await
}

/// As [`add`], where nobody's request decides it.
///
/// # Errors
/// As there.
pub async fn add_for(
    app: &AppState,
    tx: &mut OrgTx,
    requested_by: PersonId,
    change: &ProviderCommand,
) -> Result<(), Error> {
    let now = app.clock.now();
    let text = serde_json::to_string(change).map_err(|_| Error::Corrupt("change"))?;
    let new = NewChange { id: ChangeId(app.random.uuid(now)), topic: &change.topic(), change: &text, requested_by };
    provider_changes::add(tx, &new, now).await
}
