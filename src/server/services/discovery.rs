//! Finding the organization of whoever signs in by their e-mail address.

use crate::{
    kernel::email_domain::MailDomain,
    server::{error::Error, repo::domains, state::AppState},
};

/// The id at the provider of the organization that has proven the domain of `address` and wants to be found by it.
///
/// The address may be anybody's: nobody has signed in yet. Whoever is not a member is refused by the provider, and then
/// signs in without an organization.
///
/// # Errors
/// When the database does not answer.
pub async fn organization_of(app: &AppState, address: &str) -> Result<Option<String>, Error> {
    let Some(domain) = MailDomain::of_address(address) else { return Ok(None) };
    let proven = domains::proven(&mut app.db.read().await?, app.provider.issuer(), &domain).await?;
    Ok(proven.filter(|proven| proven.is_discoverable).map(|proven| proven.provider_id))
}
