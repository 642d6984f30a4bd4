//! Finds the organization that vouches for an address at sign-in: the one that has proven the address's domain, if the
//! person signed in through one of its connections.

use std::time::Duration;

use crate::{
    domain::ids::PersonId,
    server::{
        error::Error,
        provider::{client::Management, error::ManagementError},
        repo::{people, proven_address},
        state::AppState,
    },
};

/// How long a sign-in waits for the Management API. Without its answer the address proves nothing until the next sign-in.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Records which organization vouches for the address of `person`, who has just signed in to the organization with the id
/// `signed_in_to` at the provider. Addresses from the provider's database need none.
#[tracing::instrument(skip_all)]
pub async fn record_vouching_organization(
    app: &AppState,
    person: PersonId,
    signed_in_to: Option<&str>,
) -> Result<(), Error> {
    let mut tx = app.db.read().await?;
    let Some(voucher) = proven_address::find_voucher(&mut tx, app.provider.issuer(), person).await? else {
        return Ok(());
    };
    let subject = people::subject(&mut tx, person).await?;
    drop(tx);
    // The provider lets people sign in to an organization through its own connections only.
    let is_own_connection = signed_in_to == Some(voucher.provider_id.as_str())
        || uses_connection_of(app, &subject, &voucher.provider_id).await;
    let mut tx = app.db.write().await?;
    proven_address::update_vouched_by(&mut tx, person, is_own_connection.then_some(*voucher.org_id)).await?;
    tx.commit().await
}

/// Whether `subject` signs in through a connection of `organization`, as far as the provider says so in time.
async fn uses_connection_of(app: &AppState, subject: &str, organization: &str) -> bool {
    let Some(management) = &app.management else { return false };
    match tokio::time::timeout(TIMEOUT, ask(management, subject, organization)).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => {
            tracing::warn!(%error, "could not compare a person's connection with those of an organization");
            false
        }
        Err(_) => {
            tracing::warn!("comparing a person's connection with those of an organization timed out");
            false
        }
    }
}

async fn ask(management: &Management, subject: &str, organization: &str) -> Result<bool, ManagementError> {
    let Some(user) = management.user(subject).await? else { return Ok(false) };
    let Some(connection) = user.connection() else { return Ok(false) };
    Ok(management.connections_of(organization).await?.iter().any(|name| name == connection))
}
