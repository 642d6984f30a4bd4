//! The application's transactions: over one organization, or over what lies outside of organizations.

use std::sync::Arc;

use super::{
    Db,
    announcements::{Announcement, Announcements, CHANNEL},
};
use crate::{
    domain::ids::{OrgId, PersonId},
    kernel::{
        database::{Connection, Driver, Mode, Tx, query::execute},
        email_domain::MailDomain,
    },
    server::error::Error,
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
    announcements: Arc<Announcements>,
    /// The number of the last event that it wrote.
    reached: Option<i64>,
    /// Whether it changed who may do what.
    changed_rights: bool,
}

impl OrgTx {
    /// Starts one. Only whoever has proven the organization may: `access`, `auth` while it seats a person, and
    /// `management` while it carries out what was decided there.
    pub(in crate::server) async fn begin(db: &Db, org: OrgId, mode: Mode) -> Result<Self, Error> {
        let mut tx = db.begin(mode).await?;
        set(&mut tx, "app.org_id", org.to_string()).await?;
        Ok(Self::new(tx, org, db.announcements.clone()))
    }

    const fn new(tx: Tx, org: OrgId, announcements: Arc<Announcements>) -> Self {
        Self { tx, org, announcements, reached: None, changed_rights: false }
    }

    /// Has open pages, on every node, hear of the events up to the one numbered `last`, once they are committed.
    pub const fn announce_events(&mut self, last: i64) {
        self.reached = Some(last);
    }

    /// Has the streams of open pages, on every node, look again whether their readers may still read, once this is
    /// committed.
    pub const fn announce_rights(&mut self) {
        self.changed_rights = true;
    }

    /// Allows seeing, besides, whose `domain` is.
    pub async fn about_domain(&mut self, domain: &MailDomain) -> Result<(), Error> {
        set(&mut self.tx, "app.domain", domain.to_string()).await
    }

    /// Allows finding what has these words, a `tsquery`, and nothing else. `SQLite` asks its index itself.
    pub async fn looking_for(&mut self, words: &str) -> Result<(), Error> {
        let search = format!("'{}' & ({words})", self.org);
        set(&mut self.tx, "app.search", search).await
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
    pub async fn commit(mut self) -> Result<(), Error> {
        let announcement = match (self.changed_rights, self.reached) {
            (true, _) => Some(Announcement::Rights(self.org)),
            (false, Some(last)) => Some(Announcement::Events(self.org, last)),
            (false, None) => None,
        };
        let Some(announcement) = announcement else { return Ok(self.tx.commit().await?) };
        if self.tx.driver() == Driver::Postgres {
            execute!(self.tx, "SELECT pg_notify($1, $2)", CHANNEL, announcement.to_string())?;
        }
        self.tx.commit().await?;
        self.announcements.publish(announcement);
        Ok(())
    }
}

/// A transaction over what lies outside of organizations.
#[derive(Debug)]
pub struct PlatformTx {
    tx: Tx,
    announcements: Arc<Announcements>,
}

impl PlatformTx {
    pub(super) async fn begin(db: &Db, mode: Mode) -> Result<Self, Error> {
        Ok(Self { tx: db.begin(mode).await?, announcements: db.announcements.clone() })
    }

    /// Allows listing the memberships of these people, and of nobody else.
    pub async fn on_behalf_of(&mut self, people: &[PersonId]) -> Result<(), Error> {
        let people: Vec<_> = people.iter().map(ToString::to_string).collect();
        set(&mut self.tx, "app.person_ids", people.join(",")).await
    }

    /// Allows seeing whose `domain` is.
    pub async fn about_domain(&mut self, domain: &MailDomain) -> Result<(), Error> {
        set(&mut self.tx, "app.domain", domain.to_string()).await
    }

    /// Allows finding the invitation whose ticket has this fingerprint, in whichever organization.
    pub async fn holding_ticket(&mut self, fingerprint: &str) -> Result<(), Error> {
        set(&mut self.tx, "app.ticket", fingerprint.to_owned()).await
    }

    /// Allows listing the invitations to these addresses, which must be verified.
    pub async fn reachable_at(&mut self, addresses: &[String]) -> Result<(), Error> {
        set(&mut self.tx, "app.addresses", addresses.join("\n")).await
    }

    /// Allows looking for work in any organization; doing it takes an [`OrgTx`].
    pub(in crate::server) async fn as_worker(&mut self) -> Result<(), Error> {
        set(&mut self.tx, "app.worker", "on".to_owned()).await
    }

    /// Narrows the transaction to an organization, in which an empty or new one can be filled.
    pub(in crate::server) async fn into_org(mut self, org: OrgId) -> Result<OrgTx, Error> {
        set(&mut self.tx, "app.org_id", org.to_string()).await?;
        Ok(OrgTx::new(self.tx, org, self.announcements))
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
    pub async fn commit(self) -> Result<(), Error> {
        Ok(self.tx.commit().await?)
    }
}
