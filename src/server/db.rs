//! The application's database.
//!
//! What belongs to an organization is reached through an [`OrgTx`] alone; what lies outside of organizations (people,
//! browser sessions, sign-ins under way) through a [`PlatformTx`].

mod announcements;
mod tx;

use std::sync::Arc;

pub use self::{
    announcements::{Announcement, Announcements, CHANNEL},
    tx::{OrgTx, PlatformTx},
};

use super::error::Error;
pub use crate::kernel::database::{Database, OpenError, Pools};
pub(in crate::server) use crate::kernel::database::{
    Driver, Mode,
    query::{execute, fetch_all, fetch_one, fetch_optional},
};
use crate::kernel::database::{Schema, Tx};

/// The application's database. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Db {
    database: Database,
    /// Where commits are announced to open streams.
    pub announcements: Arc<Announcements>,
}

impl Db {
    /// Opens the database at `url`, creates it if it is a `SQLite` file that does not exist, and migrates it.
    ///
    /// # Errors
    /// [`OpenError`], which says what to do.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        let schema = Schema {
            variable: "DATABASE_URL",
            application_name: "tessera",
            sqlite: sqlx::migrate!("migrations/sqlite"),
            postgres: sqlx::migrate!("migrations/postgres"),
            before_migrating: &[],
            // The role that the policies bind. The connecting user owns the tables and would be bound too, since they
            // are forced, but could switch them off.
            on_connect: "SET ROLE tessera_app",
        };
        Ok(Self { database: Database::open(url, &schema).await?, announcements: Arc::default() })
    }

    /// The database without its transactions, to look at.
    #[must_use]
    pub const fn database(&self) -> &Database {
        &self.database
    }

    async fn begin(&self, mode: Mode) -> Result<Tx, Error> {
        Ok(match mode {
            Mode::Read => self.database.read().await?,
            Mode::Write => self.database.write().await?,
        })
    }

    /// Starts a transaction over what lies outside of organizations, for reading.
    pub async fn read(&self) -> Result<PlatformTx, Error> {
        PlatformTx::begin(self, Mode::Read).await
    }

    /// Starts a transaction over what lies outside of organizations, for writing.
    pub async fn write(&self) -> Result<PlatformTx, Error> {
        PlatformTx::begin(self, Mode::Write).await
    }

    /// Asks the database for a sign of life.
    pub async fn ping(&self) -> Result<(), Error> {
        Ok(self.database.ping().await?)
    }

    /// Waits until everything under way is written, and closes the database.
    pub async fn close(&self) {
        self.database.close().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_that_is_none_is_explained() {
        for url in ["mysql://host/db", "tessera.db", "", "sqlite::memory:"] {
            let error = Db::open(url).await.expect_err("not an address");
            assert!(matches!(error, OpenError::Address { .. }), "{url}: {error}");
        }
        let error = Db::open("postgres://nobody@127.0.0.1:1/none").await.expect_err("nothing listens there");
        assert!(matches!(error, OpenError::Connect { .. }), "{error}");
    }
}
