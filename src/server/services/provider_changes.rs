//! Shows and controls the queue of commands for the provider.

use uuid::Uuid;

use crate::{
    domain::{
        ids::ChangeId,
        organizations::provider_queue::{OpenChange, ProviderState},
        permissions::Permission,
    },
    server::{
        access::OrgContext,
        error::Error,
        provider::command::ProviderCommand,
        repo::{audit::Outcome, organizations, provider_changes},
    },
};

/// Returns the queued and failed commands, and when the organization was last reconciled.
///
/// # Errors
/// [`Error::Forbidden`] without `manage:organization`.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn state(ctx: &OrgContext) -> Result<ProviderState, Error> {
    let mut tx = ctx.read(Permission::ManageOrganization).await?;
    let changes = provider_changes::list(&mut tx).await?;
    let reconciled_at = organizations::reconciled_at(&mut tx).await?;
    Ok(ProviderState {
        is_managed: ctx.state().management.is_some(),
        reconciled_at,
        changes: changes.into_iter().map(to_view).collect(),
    })
}

fn to_view(change: provider_changes::Open) -> OpenChange {
    let what = serde_json::from_str::<ProviderCommand>(&change.change)
        .map_or_else(|_| "A change from another version".to_owned(), |change| change.describe());
    OpenChange { id: change.id.0, what, since: change.created_at, problem: change.problem, is_failed: change.is_failed }
}

/// Makes a command due for a retry now.
///
/// # Errors
/// [`Error::Forbidden`] without `manage:organization`; [`Error::NotFound`].
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn retry(ctx: &OrgContext, id: Uuid) -> Result<(), Error> {
    let target = id.to_string();
    let mut tx = ctx.write(Permission::ManageOrganization, "provider_change.retry", &target).await?;
    if !provider_changes::retry_now(&mut tx, ChangeId(id), ctx.now()).await? {
        return Err(Error::NotFound);
    }
    ctx.record(&mut tx, "provider_change.retry", &target, Outcome::Done).await?;
    tx.commit().await?;
    ctx.state().wake_provider_worker.now();
    Ok(())
}

/// Discards a command that the provider rejected.
///
/// # Errors
/// [`Error::Forbidden`] without `manage:organization`; [`Error::NotFound`], also for a command that may still be
/// accepted.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn give_up(ctx: &OrgContext, id: Uuid) -> Result<(), Error> {
    let target = id.to_string();
    let mut tx = ctx.write(Permission::ManageOrganization, "provider_change.give_up", &target).await?;
    if !provider_changes::delete_failed(&mut tx, ChangeId(id)).await? {
        return Err(Error::NotFound);
    }
    ctx.record(&mut tx, "provider_change.give_up", &target, Outcome::Done).await?;
    tx.commit().await
}

/// Makes the organization due for reconciliation now.
///
/// # Errors
/// [`Error::Forbidden`] without `manage:organization`.
#[tracing::instrument(skip_all, fields(org = %ctx.slug))]
pub async fn reconcile_now(ctx: &OrgContext) -> Result<(), Error> {
    let mut tx = ctx.write(Permission::ManageOrganization, "organization.compare", &ctx.slug).await?;
    organizations::request_reconciliation(&mut tx).await?;
    ctx.record(&mut tx, "organization.compare", &ctx.slug, Outcome::Done).await?;
    tx.commit().await?;
    ctx.state().wake_provider_worker.now();
    Ok(())
}
