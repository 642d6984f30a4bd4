//! Transactions, and the macros that run a query in one.

use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection, Transaction, pool::PoolConnection};

use super::Db;
use crate::server::{
    error::Error,
    repo::ids::{OrgId, PersonId},
};

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Driver {
    Sqlite,
    Postgres,
}

/// The connection of a transaction. For the query macros, which ask for the [`Driver`] first.
#[derive(Debug)]
pub enum Connection<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection),
}

impl<'a> Connection<'a> {
    /// The `SQLite` connection.
    ///
    /// # Panics
    /// When it is another.
    #[must_use]
    pub fn sqlite(self) -> &'a mut SqliteConnection {
        let Self::Sqlite(connection) = self else { unreachable!("the driver is asked for first") };
        connection
    }

    /// The `PostgreSQL` connection.
    ///
    /// # Panics
    /// When it is another.
    #[must_use]
    pub fn postgres(self) -> &'a mut PgConnection {
        let Self::Postgres(connection) = self else { unreachable!("the driver is asked for first") };
        connection
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::server) enum Mode {
    Read,
    Write,
}

#[derive(Debug)]
enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    /// Without BEGIN and ROLLBACK, which would make three calls of one; each statement sees its own snapshot.
    SqliteRead(PoolConnection<Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    async fn begin(db: &Db, mode: Mode) -> Result<Self, Error> {
        Ok(match (db, mode) {
            (Db::Sqlite { readers, .. }, Mode::Read) => Self::SqliteRead(readers.acquire().await?),
            // Takes the write lock at once: a transaction that reads first could not get it later.
            (Db::Sqlite { writer, .. }, Mode::Write) => Self::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            (Db::Postgres(pool), _) => Self::Postgres(pool.begin().await?),
        })
    }

    const fn driver(&self) -> Driver {
        match self {
            Self::Sqlite(_) | Self::SqliteRead(_) => Driver::Sqlite,
            Self::Postgres(_) => Driver::Postgres,
        }
    }

    fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(tx) => Connection::Sqlite(tx),
            Self::SqliteRead(connection) => Connection::Sqlite(connection),
            Self::Postgres(tx) => Connection::Postgres(tx),
        }
    }

    /// Sets a variable that the row-level policies read; it ends with the transaction. `SQLite` has no policies.
    async fn set(&mut self, name: &'static str, value: String) -> Result<(), Error> {
        if let Self::Postgres(tx) = self {
            sqlx::query("SELECT set_config($1, $2, true)").bind(name).bind(value).execute(&mut **tx).await?;
        }
        Ok(())
    }

    async fn commit(self) -> Result<(), Error> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::SqliteRead(_) => Ok(()),
            Self::Postgres(tx) => tx.commit().await,
        }?;
        Ok(())
    }
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
    /// Starts one. Only whoever has proven the organization may: `access`, and `auth` while it seats a person.
    pub(in crate::server) async fn begin(db: &Db, org: OrgId, mode: Mode) -> Result<Self, Error> {
        let mut tx = Tx::begin(db, mode).await?;
        tx.set("app.org_id", org.to_string()).await?;
        Ok(Self { tx, org })
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
        self.tx.commit().await
    }
}

/// A transaction over what lies outside of organizations.
#[derive(Debug)]
pub struct PlatformTx {
    tx: Tx,
}

impl PlatformTx {
    pub(super) async fn begin(db: &Db, mode: Mode) -> Result<Self, Error> {
        Ok(Self { tx: Tx::begin(db, mode).await? })
    }

    /// Allows listing the memberships of these people, and of nobody else.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn on_behalf_of(&mut self, people: &[PersonId]) -> Result<(), Error> {
        let people: Vec<_> = people.iter().map(ToString::to_string).collect();
        self.tx.set("app.person_ids", people.join(",")).await
    }

    /// Narrows the transaction to an organization, in which an empty or new one can be filled.
    pub(in crate::server) async fn into_org(mut self, org: OrgId) -> Result<OrgTx, Error> {
        self.tx.set("app.org_id", org.to_string()).await?;
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
        self.tx.commit().await
    }
}

/// `fetch_all!(tx, Row, "SELECT …", bind, …)` gives `Result<Vec<Row>, sqlx::Error>`.
macro_rules! fetch_all {
    ($($query:tt)*) => { $crate::server::db::run!(fetch_all, $($query)*) };
}

/// `fetch_optional!(tx, Row, "SELECT …", bind, …)` gives `Result<Option<Row>, sqlx::Error>`.
macro_rules! fetch_optional {
    ($($query:tt)*) => { $crate::server::db::run!(fetch_optional, $($query)*) };
}

/// `fetch_one!(tx, Row, "SELECT …", bind, …)` gives `Result<Row, sqlx::Error>`.
macro_rules! fetch_one {
    ($($query:tt)*) => { $crate::server::db::run!(fetch_one, $($query)*) };
}

/// The query is built before the connection is borrowed, so that a bind may ask the transaction for its organization.
macro_rules! run {
    ($method:ident, $tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $tx.driver() {
            $crate::server::db::Driver::Sqlite => {
                let query = sqlx::query_as::<sqlx::Sqlite, $row>($sql)$(.bind($bind))*;
                query.$method($tx.connection().sqlite()).await
            }
            $crate::server::db::Driver::Postgres => {
                let query = sqlx::query_as::<sqlx::Postgres, $row>($sql)$(.bind($bind))*;
                query.$method($tx.connection().postgres()).await
            }
        }
    };
}

/// `execute!(tx, "UPDATE …", bind, …)` gives the number of rows that it changed, or `sqlx::Error`.
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $tx.driver() {
            $crate::server::db::Driver::Sqlite => {
                let query = sqlx::query::<sqlx::Sqlite>($sql)$(.bind($bind))*;
                query.execute($tx.connection().sqlite()).await.map(|done| done.rows_affected())
            }
            $crate::server::db::Driver::Postgres => {
                let query = sqlx::query::<sqlx::Postgres>($sql)$(.bind($bind))*;
                query.execute($tx.connection().postgres()).await.map(|done| done.rows_affected())
            }
        }
    };
}

pub(in crate::server) use {execute, fetch_all, fetch_one, fetch_optional, run};
