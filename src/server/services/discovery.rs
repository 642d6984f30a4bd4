//! Finds the organization to sign in to by an email address.

use crate::{
    kernel::email_domain::MailDomain,
    server::{error::Error, repo::domains, state::AppState},
};

/// Returns the provider id of the discoverable organization that has verified the domain of `address`.
///
/// The person has not signed in yet, so anyone may have entered the address. The provider refuses people who are not
/// members; they then sign in without an organization.
#[tracing::instrument(skip_all)]
pub async fn organization_of(app: &AppState, address: &str) -> Result<Option<String>, Error> {
    let Some(domain) = MailDomain::of_address(address) else { return Ok(None) };
    let verified = domains::find_verified(&mut app.db.read().await?, app.provider.issuer(), &domain).await?;
    Ok(verified.filter(|verified| verified.is_discoverable).map(|verified| verified.provider_id))
}
