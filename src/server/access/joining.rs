//! Who may become a member of an organization by the domain of their address.

use chrono::{DateTime, Utc};

use super::PersonContext;
use crate::{
    domain::ids::{OrgId, PersonId},
    kernel::email_domain::MailDomain,
    server::{
        db::{Mode, OrgTx},
        error::Error,
        repo::{domains, people},
        state::AppState,
    },
};

/// A person whose address the provider has verified, and the organization that has proven its domain: the third way to
/// an organization's rows, for becoming a member and for nothing else.
#[derive(Clone, Debug)]
pub struct JoinContext {
    state: AppState,
    org: OrgId,
    /// The organization's name in addresses.
    pub slug: String,
    /// The organization's name for people.
    pub display_name: String,
    pub person: PersonId,
    /// In lower case.
    pub email: String,
    pub domain: MailDomain,
}

impl JoinContext {
    /// The context of `person`, if there is such an organization.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn of(person: &PersonContext) -> Result<Option<Self>, Error> {
        let app = person.state();
        let mut tx = app.db.read().await?;
        let Some(email) = people::verified_address(&mut tx, person.person).await? else { return Ok(None) };
        let Some(domain) = MailDomain::of_address(&email) else { return Ok(None) };
        let proven = domains::proven(&mut tx, app.provider.issuer(), &domain).await?;
        Ok(proven.map(|proven| Self {
            state: app.clone(),
            org: proven.org_id,
            slug: proven.slug,
            display_name: proven.display_name,
            person: person.person,
            email,
            domain,
        }))
    }

    /// The application's parts.
    #[must_use]
    pub const fn state(&self) -> &AppState {
        &self.state
    }

    /// The current time.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.state.clock.now()
    }

    /// Starts a transaction in the organization.
    ///
    /// # Errors
    /// When no connection is to be had.
    pub(in crate::server) async fn begin(&self, mode: Mode) -> Result<OrgTx, Error> {
        OrgTx::begin(&self.state.db, self.org, mode).await
    }
}
