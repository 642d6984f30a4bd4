//! The application's transactions: [`OrgTx`] within an organization, [`PlatformTx`] outside of organizations.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    announcements::{Announcement, Announcements, CHANNEL},
    handle::Db,
    proof::ProvenOrg,
};
use crate::{
    domain::{
        ids::{BrowserId, OrgId, PersonId},
        keys::ProjectKey,
    },
    kernel::{
        database::{Connection, Driver, Mode, Tx, query::scalar_one},
        email_domain::MailDomain,
    },
    server::error::Error,
};

/// What a transaction does to the rights of members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rights {
    /// It relies on them: others cannot change them before it ends.
    Keep,
    /// It changes them: no one relies on them meanwhile.
    Change,
}

/// A transaction within one organization. Every query on an organization's data takes one and limits itself to this
/// organization.
///
/// Dropping it without [`OrgTx::commit`] rolls it back.
#[derive(Debug)]
pub struct OrgTx {
    tx: Tx,
    org: OrgId,
    announcements: Arc<Announcements>,
    /// The number of the last event that the transaction appended.
    last_event: Option<i64>,
    /// Whether the transaction changed permissions or project access.
    changed_rights: bool,
    /// The project whose lock the transaction began with.
    project: Option<ProjectKey>,
}

impl OrgTx {
    /// Starts a transaction.
    pub(in crate::server) async fn begin(db: &Db, org: ProvenOrg, mode: Mode) -> Result<Self, Error> {
        let mut tx = db.begin(mode).await?;
        tx.set([("app.org_id", org.to_string())]).await?;
        Ok(Self::new(tx, *org, db.announcements.clone()))
    }

    /// Starts a write transaction, during which memberships keep their rights: those who change them wait for its end, and it
    /// waits for those who are changing them.
    ///
    /// The lock on rights is the first of the transaction, so that it cannot be part of a deadlock.
    pub(in crate::server) async fn begin_with_rights(db: &Db, org: ProvenOrg, rights: Rights) -> Result<Self, Error> {
        let mut tx = db.begin(Mode::Write).await?;
        tx.set([("app.org_id", org.to_string())]).await?;
        let lock = match rights {
            Rights::Keep => "pg_advisory_xact_lock_shared",
            Rights::Change => "pg_advisory_xact_lock",
        };
        tx.open_with(format!("{lock}(hashtextextended('{org}', 0))"));
        Ok(Self::new(tx, *org, db.announcements.clone()))
    }

    /// Makes the transaction, which has not begun, begin with the lock on a project, whether or not it exists.
    pub(in crate::server) fn begin_with_project(mut self, key: &ProjectKey) -> Self {
        // Keys consist of letters and digits.
        self.tx.open_with(format!("pg_advisory_xact_lock(hashtextextended('{} {key}', 0))", self.org));
        self.project = Some(key.clone());
        self
    }

    const fn new(tx: Tx, org: OrgId, announcements: Arc<Announcements>) -> Self {
        Self { tx, org, announcements, last_event: None, changed_rights: false, project: None }
    }

    /// Locks a project until the transaction ends, unless it began with this lock: no other transaction changes its tasks or
    /// its workflow meanwhile. A statement of its own: what a statement reads is as old as its beginning, before it waited.
    ///
    /// An advisory lock: it writes nothing, and those who wait are woken once.
    pub(in crate::server) async fn lock_project(&mut self, key: &ProjectKey) -> Result<(), Error> {
        // SQLite allows one writer at a time and needs no lock.
        if self.driver() == Driver::Postgres && self.project.as_ref() != Some(key) {
            let text = format!("{} {key}", self.org);
            scalar_one!(self, String, "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))::text", text)?;
        }
        Ok(())
    }

    /// Lets the row-level policies also show and insert the seats of `browser`.
    pub(in crate::server) async fn allow_browser(&mut self, browser: BrowserId) -> Result<(), Error> {
        Ok(self.tx.set([("app.browser_id", browser.to_string())]).await?)
    }

    /// Announces the events up to the number `last` to open pages on all nodes after the commit.
    pub(in crate::server) const fn announce_events(&mut self, last: i64) {
        self.last_event = Some(last);
    }

    /// Makes the streams of open pages on all nodes check their readers' permissions again after the commit.
    pub(in crate::server) const fn announce_rights(&mut self) {
        self.changed_rights = true;
    }

    /// Lets the row-level policies also show which organization has `domain`.
    pub(in crate::server) async fn allow_domain(&mut self, domain: &MailDomain) -> Result<(), Error> {
        Ok(self.tx.set([("app.domain", domain.to_string())]).await?)
    }

    /// Lets the row-level policies show only search documents that match `words`, a `tsquery`. `SQLite` queries match the index
    /// themselves.
    pub(in crate::server) async fn allow_search_matches(&mut self, words: &str) -> Result<(), Error> {
        let search = format!("'{}' & ({words})", self.org);
        Ok(self.tx.set([("app.search", search)]).await?)
    }

    /// The organization of the transaction.
    #[must_use]
    pub const fn org(&self) -> OrgId {
        self.org
    }

    /// The kind of the database, for the query macros.
    #[must_use]
    pub const fn driver(&self) -> Driver {
        self.tx.driver()
    }

    /// The connection, for the query macros.
    pub async fn connection(&mut self) -> Result<Connection<'_>, sqlx::Error> {
        self.tx.connection().await
    }

    /// Commits the transaction and publishes its announcement: that of rights with the commit, so that it cannot be lost, and
    /// that of events after it.
    ///
    /// # Errors
    /// [`Error::Database`], also if a deferred constraint is violated: an organization must keep an active owner.
    pub async fn commit(self) -> Result<(), Error> {
        let announcement = match (self.changed_rights, self.last_event) {
            (true, _) => Some(Announcement::Rights(self.org)),
            (false, Some(last)) => Some(Announcement::Events(self.org, last)),
            (false, None) => None,
        };
        match announcement {
            None => self.tx.commit().await?,
            Some(announcement @ Announcement::Events(..)) => {
                self.tx.commit().await?;
                self.announcements.publish_everywhere(announcement);
            }
            Some(announcement) => {
                self.tx.commit_and_notify(CHANNEL, &[announcement.to_string()]).await?;
                self.announcements.publish(announcement);
            }
        }
        Ok(())
    }
}

impl Db {
    /// Starts a transaction outside of organizations, for reading.
    pub async fn read(&self) -> Result<PlatformTx, Error> {
        PlatformTx::begin(self, Mode::Read).await
    }

    /// Starts a transaction outside of organizations, for writing.
    pub async fn write(&self) -> Result<PlatformTx, Error> {
        PlatformTx::begin(self, Mode::Write).await
    }
}

/// A transaction outside of organizations. Dropping it without [`PlatformTx::commit`] rolls it back.
#[derive(Debug)]
pub struct PlatformTx {
    tx: Tx,
    announcements: Arc<Announcements>,
    /// The people whose seats the transaction deleted.
    signed_out: BTreeSet<PersonId>,
    /// The browser whose seats the row-level policies show.
    browser: Option<BrowserId>,
}

impl PlatformTx {
    async fn begin(db: &Db, mode: Mode) -> Result<Self, Error> {
        let announcements = db.announcements.clone();
        Ok(Self { tx: db.begin(mode).await?, announcements, signed_out: BTreeSet::new(), browser: None })
    }

    /// Makes the streams of these people's open pages on all nodes check after the commit whether they are signed in.
    pub(in crate::server) fn announce_sign_outs(&mut self, people: impl IntoIterator<Item = PersonId>) {
        self.signed_out.extend(people);
    }

    /// Lets the row-level policies show the seats of `browser`.
    pub(in crate::server) async fn allow_browser(&mut self, browser: BrowserId) -> Result<(), Error> {
        if self.browser.replace(browser) == Some(browser) {
            return Ok(());
        }
        Ok(self.tx.set([("app.browser_id", browser.to_string())]).await?)
    }

    /// Lets the row-level policies show the seats of the provider's session `sid`, which has ended.
    pub(in crate::server) async fn allow_ended_session(&mut self, sid: &str) -> Result<(), Error> {
        Ok(self.tx.set([("app.ended_sid", sid.to_owned())]).await?)
    }

    /// Lets the row-level policies show the seats of `person`, all of whose sessions have ended.
    pub(in crate::server) async fn allow_ended_person(&mut self, person: PersonId) -> Result<(), Error> {
        Ok(self.tx.set([("app.ended_person_id", person.to_string())]).await?)
    }

    /// Lets the row-level policies show the memberships of these people.
    pub(in crate::server) async fn allow_people(&mut self, people: &[PersonId]) -> Result<(), Error> {
        let people: Vec<_> = people.iter().map(ToString::to_string).collect();
        Ok(self.tx.set([("app.person_ids", people.join(","))]).await?)
    }

    /// Lets the row-level policies show which organization has `domain`.
    pub(in crate::server) async fn allow_domain(&mut self, domain: &MailDomain) -> Result<(), Error> {
        Ok(self.tx.set([("app.domain", domain.to_string())]).await?)
    }

    /// Lets the row-level policies show the invitation with this ticket fingerprint, in any organization.
    pub(in crate::server) async fn allow_ticket(&mut self, fingerprint: &str) -> Result<(), Error> {
        Ok(self.tx.set([("app.ticket", fingerprint.to_owned())]).await?)
    }

    /// Lets the row-level policies show the invitations to these addresses, which must be proven.
    pub(in crate::server) async fn reachable_at(&mut self, addresses: &[String]) -> Result<(), Error> {
        Ok(self.tx.set([("app.addresses", addresses.join("\n"))]).await?)
    }

    /// Lets the row-level policies show pending work and expired seats of all organizations. Carrying work out needs an
    /// [`OrgTx`].
    pub(in crate::server) async fn as_worker(&mut self) -> Result<(), Error> {
        Ok(self.tx.set([("app.worker", "on".to_owned())]).await?)
    }

    /// Continues the transaction within an organization, which the transaction may just have inserted. What the policies
    /// showed before ends.
    pub(in crate::server) async fn into_org(mut self, org: ProvenOrg) -> Result<OrgTx, Error> {
        let nothing = String::new;
        let settings = [
            ("app.org_id", org.to_string()),
            ("app.worker", nothing()),
            ("app.person_ids", nothing()),
            ("app.browser_id", nothing()),
            ("app.ticket", nothing()),
            ("app.addresses", nothing()),
            ("app.domain", nothing()),
            ("app.ended_sid", nothing()),
            ("app.ended_person_id", nothing()),
        ];
        self.tx.set(settings).await?;
        Ok(OrgTx::new(self.tx, *org, self.announcements))
    }

    /// The kind of the database, for the query macros.
    #[must_use]
    pub const fn driver(&self) -> Driver {
        self.tx.driver()
    }

    /// The connection, for the query macros.
    pub async fn connection(&mut self) -> Result<Connection<'_>, sqlx::Error> {
        self.tx.connection().await
    }

    /// Commits the transaction and publishes its announcements.
    pub async fn commit(self) -> Result<(), Error> {
        let announcements: Vec<_> = self.signed_out.iter().copied().map(Announcement::SignOut).collect();
        let notifications: Vec<_> = announcements.iter().map(ToString::to_string).collect();
        self.tx.commit_and_notify(CHANNEL, &notifications).await?;
        for announcement in announcements {
            self.announcements.publish(announcement);
        }
        Ok(())
    }
}
