//! The context in which a person joins an organization by the domain of their email address.

use chrono::{DateTime, Utc};

use super::person::PersonContext;
use crate::{
    domain::ids::PersonId,
    kernel::email_domain::MailDomain,
    server::{
        db::{Mode, OrgTx, ProvenOrg},
        error::Error,
        repo::{
            domains,
            proven_address::{self, ProvenAddress},
        },
        state::AppState,
    },
};

/// A person with a proven email address, and the organization that has verified the domain of that address. It gives
/// access to the organization's rows only for joining.
#[derive(Clone, Debug)]
pub struct JoinContext {
    state: AppState,
    org: ProvenOrg,
    /// The organization's name in URLs.
    pub slug: String,
    /// The organization's display name.
    pub display_name: String,
    pub person: PersonId,
    /// The proven address.
    pub email: ProvenAddress,
    pub domain: MailDomain,
}

impl JoinContext {
    /// Returns the context of `person`; `None` if their address is not proven or no organization has verified its
    /// domain.
    pub async fn of(person: &PersonContext) -> Result<Option<Self>, Error> {
        let app = person.state();
        let mut tx = app.db.read().await?;
        let Some(email) = proven_address::find_proven(&mut tx, app.provider.issuer(), person.person).await? else {
            return Ok(None);
        };
        let Some(domain) = MailDomain::of_address(email.as_str()) else { return Ok(None) };
        let verified = domains::find_verified(&mut tx, app.provider.issuer(), &domain).await?;
        Ok(verified.map(|verified| Self {
            state: app.clone(),
            org: verified.org_id,
            slug: verified.slug,
            display_name: verified.display_name,
            person: person.person,
            email,
            domain,
        }))
    }

    /// The application state.
    #[must_use]
    pub const fn state(&self) -> &AppState {
        &self.state
    }

    /// The current time.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.state.clock.now()
    }

    /// The organization.
    pub(in crate::server) const fn org(&self) -> ProvenOrg {
        self.org
    }

    /// Begins a transaction in the organization.
    pub(in crate::server) async fn begin(&self, mode: Mode) -> Result<OrgTx, Error> {
        OrgTx::begin(&self.state.db, self.org, mode).await
    }
}
