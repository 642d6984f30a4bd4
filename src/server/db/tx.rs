//! The application's transactions: over one organization, or over what lies outside of organizations.

use super::Db;
use crate::{
    database::{Connection, Driver, Mode, Tx, query::execute},
    mail_domain::MailDomain,
    server::{
        error::Error,
        repo::ids::{OrgId, PersonId},
    },
};

/// Sets a variable that the row-level policies read; it ends with the transaction. `SQLite` has no policies.
async fn set(tx: &mut Tx, name: &'static str, value: String) -> Result<(), Error> {
    if tx.driver() == Driver::Postgres {
        execute!(tx, "SELECT set_config($1, $2, true)", name, value)?;
    }
    Ok(())
}

/// A transaction that carries its organization. Without one nothing of an organization can be read or written.
///
/// Dropped without [`OrgTx::commit`], it is rolled back.
#[derive(Debug)]
pub struct OrgTx {
    tx: Tx,
    org: OrgId,
}

impl OrgTx {
    /// Starts one. Only whoever has proven the organization may: `access`, `auth` while it seats a person, and
    /// `management` while it carries out what was decided there.
    pub(in crate::server) async fn begin(db: &Db, org: OrgId, mode: Mode) -> Result<Self, Error> {
        let mut tx = db.begin(mode).await?;
        set(&mut tx, "app.org_id", org.to_string()).await?;
        Ok(Self { tx, org })
    }

    /// Allows seeing, besides, whose `domain` is.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn about_domain(&mut self, domain: &MailDomain) -> Result<(), Error> {
        set(&mut self.tx, "app.domain", domain.to_string()).await
    }

    /// The organization that the transaction is in.
    #[must_use]
    pub const fn org(&self) -> OrgId {
        self.org
    }

    /// For the query macros.
    #[must_use]
    pub const fn driver(&self) -> Driver {
        self.tx.driver()
    }

    /// For the query macros.
    pub fn connection(&mut self) -> Connection<'_> {
        self.tx.connection()
    }

    /// Makes what was written last.
    ///
    /// # Errors
    /// When the database refuses, for instance because an organization would be left without an owner.
    pub async fn commit(self) -> Result<(), Error> {
        Ok(self.tx.commit().await?)
    }
}

/// A transaction over what lies outside of organizations.
#[derive(Debug)]
pub struct PlatformTx {
    tx: Tx,
}

impl PlatformTx {
    pub(super) async fn begin(db: &Db, mode: Mode) -> Result<Self, Error> {
        Ok(Self { tx: db.begin(mode).await? })
    }

    /// Allows listing the memberships of these people, and of nobody else.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn on_behalf_of(&mut self, people: &[PersonId]) -> Result<(), Error> {
        let people: Vec<_> = people.iter().map(ToString::to_string).collect();
        set(&mut self.tx, "app.person_ids", people.join(",")).await
    }

    /// Allows seeing whose `domain` is.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn about_domain(&mut self, domain: &MailDomain) -> Result<(), Error> {
        set(&mut self.tx, "app.domain", domain.to_string()).await
    }

    /// Allows finding the invitation whose ticket has this fingerprint, in whichever organization.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn holding_ticket(&mut self, fingerprint: &str) -> Result<(), Error> {
        set(&mut self.tx, "app.ticket", fingerprint.to_owned()).await
    }

    /// Allows listing the invitations to these addresses, which must be verified.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn reachable_at(&mut self, addresses: &[String]) -> Result<(), Error> {
        set(&mut self.tx, "app.addresses", addresses.join("\n")).await
    }

    /// Allows looking for work in any organization; doing it takes an [`OrgTx`].
    ///
    /// # Errors
    /// When the database does not answer.
    pub(in crate::server) async fn as_worker(&mut self) -> Result<(), Error> {
        set(&mut self.tx, "app.worker", "on".to_owned()).await
    }

    /// Narrows the transaction to an organization, in which an empty or new one can be filled.
    pub(in crate::server) async fn into_org(mut self, org: OrgId) -> Result<OrgTx, Error> {
        set(&mut self.tx, "app.org_id", org.to_string()).await?;
        Ok(OrgTx { tx: self.tx, org })
    }

    /// For the query macros.
    #[must_use]
    pub const fn driver(&self) -> Driver {
        self.tx.driver()
    }

    /// For the query macros.
    pub fn connection(&mut self) -> Connection<'_> {
        self.tx.connection()
    }

    /// Makes what was written last.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn commit(self) -> Result<(), Error> {
        Ok(self.tx.commit().await?)
    }
}
