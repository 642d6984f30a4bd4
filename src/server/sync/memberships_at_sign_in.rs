//! What a person's sign-in can learn at once: memberships that were made at the provider and are not here yet.

use std::time::Duration;

use crate::{
    domain::ids::PersonId,
    server::{
        db::{Mode, OrgTx},
        provider::{client::Management, command::member_topic, error::Stopped},
        repo::{
            memberships::{self, Membership},
            organizations, people, provider_changes,
        },
        state::AppState,
    },
};

/// How long a sign-in waits for it. The comparison brings over what is missed.
const PATIENCE: Duration = Duration::from_secs(2);

/// Adds the memberships of `person` that the provider has and the local copy lacks, in organizations that are known here.
/// When that cannot be learned now, nothing happens.
pub async fn learn(app: &AppState, person: PersonId) {
    let Some(management) = &app.management else { return };
    match tokio::time::timeout(PATIENCE, add_missing(app, management, person)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::info!(%error, "memberships could not be learned at sign-in"),
        Err(_) => tracing::info!("memberships could not be learned at sign-in in time"),
    }
}

async fn add_missing(app: &AppState, management: &Management, person: PersonId) -> Result<(), Stopped> {
    let subject = people::subject(&mut app.db.read().await?, person).await?;
    for there in management.organizations_of(&subject).await? {
        let known = organizations::by_provider_id(&mut app.db.read().await?, app.provider.issuer(), &there.id).await?;
        let Some(organization) = known else { continue };
        let mut tx = OrgTx::begin(&app.db, organization.id, Mode::Read).await?;
        // Whoever was removed here stays so, also before the provider has heard of it.
        let is_undecided = provider_changes::is_waiting(&mut tx, &member_topic(&subject)).await?;
        if is_undecided || memberships::find(&mut tx, person).await?.is_some() {
            continue;
        }
        drop(tx);
        let role =
            management.role_of_member(&there.id, &subject).await?.unwrap_or(crate::domain::permissions::Role::Viewer);
        let mut tx = OrgTx::begin(&app.db, organization.id, Mode::Write).await?;
        // It may have come another way meanwhile.
        if memberships::find(&mut tx, person).await?.is_none() {
            memberships::put(&mut tx, person, Membership { role, granted: None }, app.clock.now()).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}
