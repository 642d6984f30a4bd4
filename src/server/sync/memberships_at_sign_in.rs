//! Adds memberships at sign-in that were created at the provider since the last reconciliation.

use std::time::Duration;

use crate::{
    domain::{ids::PersonId, permissions::Role},
    server::{
        db::{Mode, OrgTx},
        provider::{client::Management, command::member_topic, error::SyncError},
        repo::{
            memberships::{self, Membership},
            organizations, people, provider_changes,
        },
        state::AppState,
    },
};

/// How long a sign-in waits. Reconciliation adds what is missed.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Adds the memberships of `person` that exist at the provider but not here, in organizations that exist here. Returns
/// whether all are here then. An error or a timeout is logged, and the sign-in continues.
#[tracing::instrument(skip_all)]
pub async fn add_missing_memberships(app: &AppState, person: PersonId) -> bool {
    let Some(management) = &app.management else { return false };
    match tokio::time::timeout(TIMEOUT, add_missing(app, management, person)).await {
        Ok(Ok(())) => return true,
        Ok(Err(error)) => tracing::info!(%error, "could not fetch memberships at sign-in"),
        Err(_) => tracing::info!("fetching memberships at sign-in timed out"),
    }
    false
}

async fn add_missing(app: &AppState, management: &Management, person: PersonId) -> Result<(), SyncError> {
    let subject = people::subject(&mut app.db.read().await?, person).await?;
    for provider_organization in management.organizations_of(&subject).await? {
        let issuer = app.provider.issuer();
        let organization =
            organizations::by_provider_id(&mut app.db.read().await?, issuer, &provider_organization.id).await?;
        let Some(organization) = organization else { continue };
        let mut tx = OrgTx::begin(&app.db, organization.id, Mode::Read).await?;
        // A queued command takes precedence: do not add a member again who was just removed here.
        let has_pending_change = provider_changes::is_waiting(&mut tx, &member_topic(&subject)).await?;
        if has_pending_change || memberships::find(&mut tx, person).await?.is_some() {
            continue;
        }
        drop(tx);
        let role = management.role_of_member(&provider_organization.id, &subject).await?.unwrap_or(Role::Viewer);
        let mut tx = OrgTx::begin(&app.db, organization.id, Mode::Write).await?;
        // Another request may have added the membership in the meantime.
        if memberships::find(&mut tx, person).await?.is_none() {
            memberships::upsert(&mut tx, person, Membership { role, granted: None }, app.clock.now()).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}
