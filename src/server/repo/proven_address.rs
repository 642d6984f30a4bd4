//! Decides which email addresses prove something.
//!
//! The provider's claim `email_verified` is only as good as the connection that makes it: whoever runs an enterprise
//! connection can assert any address. An address is proven in two ways:
//! - The provider's own database authenticated the person. The provider has mailed the address.
//! - A connection of the organization that has proven the address's domain authenticated them (`person.vouched_by`).
//!
//! Social connections get no exception. Google, for example, speaks with authority for addresses at Gmail only, and for
//! these a proof has no use that the mail of an invitation does not have too.

use sqlx::FromRow;

use crate::{
    domain::ids::{OrgId, PersonId},
    kernel::{
        email_address::{self, EmailAddress},
        email_domain::MailDomain,
    },
    server::{
        db::{PlatformTx, execute, fetch_optional, scalar_optional},
        error::Error,
        repo::domains::{self, VerifiedDomain},
    },
};

/// The start of the subjects of the provider's own database. A subject of another connection starts with its strategy:
/// `samlp|…`, `oidc|…`, `google-oauth2|…`.
const DATABASE: &str = "auth0|";

/// An email address that belongs to the person, in canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenAddress(String);

impl ProvenAddress {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Returns the address of `person`; `None` if it proves nothing.
pub async fn find_proven(tx: &mut PlatformTx, issuer: &str, person: PersonId) -> Result<Option<ProvenAddress>, Error> {
    let Some(asserted) = find(tx, person).await? else { return Ok(None) };
    let is_proven = match asserted.source() {
        Source::Database => true,
        Source::Connection(domain) => match asserted.vouched_by {
            // The organization may have lost the domain since.
            Some(org) => domains::find_verified(tx, issuer, &domain).await?.is_some_and(|it| *it.org_id == org),
            None => false,
        },
        Source::Unknown => false,
    };
    Ok(is_proven.then(|| ProvenAddress(EmailAddress::of_asserted(&asserted.email).to_string())))
}

/// A verified address as the provider asserts it.
#[derive(Debug, FromRow)]
struct AssertedAddress {
    subject: String,
    email: String,
    vouched_by: Option<OrgId>,
}

/// Which kind of connection asserts an address.
#[derive(Debug, PartialEq, Eq)]
enum Source {
    /// The provider's own database.
    Database,
    /// Another connection. The organization of this domain can vouch for it.
    Connection(MailDomain),
    /// Another connection, and the address has no domain that an organization can prove.
    Unknown,
}

impl AssertedAddress {
    fn source(&self) -> Source {
        if self.subject.starts_with(DATABASE) {
            return Source::Database;
        }
        MailDomain::of_address(&self.email).map_or(Source::Unknown, Source::Connection)
    }
}

async fn find(tx: &mut PlatformTx, person: PersonId) -> Result<Option<AssertedAddress>, Error> {
    Ok(fetch_optional!(
        tx,
        AssertedAddress,
        "SELECT subject, email, vouched_by FROM person WHERE id = $1 AND email_verified",
        person,
    )?)
}

/// Returns the organization that can vouch for the address of `person`: the one that has proven its domain. `None` if the
/// address needs no organization or has none.
pub async fn find_voucher(
    tx: &mut PlatformTx,
    issuer: &str,
    person: PersonId,
) -> Result<Option<VerifiedDomain>, Error> {
    match find(tx, person).await?.map(|asserted| asserted.source()) {
        Some(Source::Connection(domain)) => domains::find_verified(tx, issuer, &domain).await,
        Some(Source::Database | Source::Unknown) | None => Ok(None),
    }
}

/// Records the organization whose connection signed `person` in, and which has proven the domain of their address.
pub async fn update_vouched_by(tx: &mut PlatformTx, person: PersonId, org: Option<OrgId>) -> Result<(), Error> {
    execute!(tx, "UPDATE person SET vouched_by = $2 WHERE id = $1", person, org)?;
    Ok(())
}

/// Returns the subject of `person` if they signed up with the provider's own database and have not confirmed their address
/// there. Other accounts belong to a connection that answers for them.
pub async fn find_unconfirmed(tx: &mut PlatformTx, person: PersonId) -> Result<Option<String>, Error> {
    let sql = "SELECT subject FROM person WHERE id = $1 AND NOT email_verified";
    Ok(scalar_optional!(tx, String, sql, person)?.filter(|subject| subject.starts_with(DATABASE)))
}

/// Records that `person` has confirmed `email`. Returns `false` if they have another address by now.
pub async fn update_confirmed(tx: &mut PlatformTx, person: PersonId, email: &str) -> Result<bool, Error> {
    let current = scalar_optional!(tx, String, "SELECT email FROM person WHERE id = $1", person)?;
    let Some(current) = current.filter(|current| email_address::are_equal(current, email)) else { return Ok(false) };
    let sql = "UPDATE person SET email_verified = TRUE WHERE id = $1 AND email = $2";
    Ok(execute!(tx, sql, person, current)? == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_proves_an_address_by_itself() {
        let source = |subject: &str, email: &str| {
            AssertedAddress { subject: subject.to_owned(), email: email.to_owned(), vouched_by: None }.source()
        };
        assert_eq!(source("auth0|1", "ann@acme.example"), Source::Database);
        let domain = || MailDomain::of_address("ann@acme.example").unwrap();
        for subject in
            ["samlp|auth0|1", "oidc|acme|1", "waad|1", "google-oauth2|1", "auth0", "Auth0|1", " auth0|1", "1", ""]
        {
            assert_eq!(source(subject, "Ann@Acme.example"), Source::Connection(domain()), "{subject}");
            assert_eq!(source(subject, ""), Source::Unknown, "{subject}");
        }
    }
}
