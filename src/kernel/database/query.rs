//! Transactions, and the macros that run a query in one.
//!
//! A macro takes anything that has `driver()` and `connection()` as [`Tx`] has.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection, Transaction, pool::PoolConnection};

use super::{Database, Mode, Pools};

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

/// A transaction. Dropped without [`Tx::commit`], it is rolled back.
#[derive(Debug)]
pub struct Tx {
    begun: Begun,
    used: Arc<Used>,
}

#[derive(Debug)]
enum Begun {
    Sqlite(Transaction<'static, Sqlite>),
    /// Without BEGIN and ROLLBACK, which would make three calls of one; each statement sees its own snapshot.
    SqliteRead(PoolConnection<Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// How often a database was used since it was opened.
#[derive(Debug, Default)]
pub struct Used {
    transactions: AtomicU64,
    statements: AtomicU64,
}

impl Used {
    /// The transactions that were begun; on `SQLite` those that only read count too.
    #[must_use]
    pub fn transactions(&self) -> u64 {
        self.transactions.load(Ordering::Relaxed)
    }

    /// The statements that were run in them.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }
}

impl Tx {
    pub(super) async fn begin(database: &Database, mode: Mode) -> Result<Self, sqlx::Error> {
        let begun = match (&database.pools, mode) {
            (Pools::Sqlite { readers, .. }, Mode::Read) => Begun::SqliteRead(readers.acquire().await?),
            // Takes the write lock at once: a transaction that reads first could not get it later.
            (Pools::Sqlite { writer, .. }, Mode::Write) => Begun::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            (Pools::Postgres(pool), _) => Begun::Postgres(pool.begin().await?),
        };
        database.used.transactions.fetch_add(1, Ordering::Relaxed);
        Ok(Self { begun, used: database.used.clone() })
    }

    /// For the query macros.
    #[must_use]
    pub const fn driver(&self) -> Driver {
        match self.begun {
            Begun::Sqlite(_) | Begun::SqliteRead(_) => Driver::Sqlite,
            Begun::Postgres(_) => Driver::Postgres,
        }
    }

    /// For the query macros, which ask for it once a statement.
    pub fn connection(&mut self) -> Connection<'_> {
        self.used.statements.fetch_add(1, Ordering::Relaxed);
        match &mut self.begun {
            Begun::Sqlite(tx) => Connection::Sqlite(tx),
            Begun::SqliteRead(connection) => Connection::Sqlite(connection),
            Begun::Postgres(tx) => Connection::Postgres(tx),
        }
    }

    /// Makes what was written last.
    ///
    /// # Errors
    /// When the database refuses, for instance because of a deferred constraint.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        match self.begun {
            Begun::Sqlite(tx) => tx.commit().await,
            Begun::SqliteRead(_) => Ok(()),
            Begun::Postgres(tx) => tx.commit().await,
        }
    }
}

/// `fetch_all!(tx, Row, "SELECT …", bind, …)` gives `Result<Vec<Row>, sqlx::Error>`.
macro_rules! fetch_all {
    ($($query:tt)*) => { $crate::kernel::database::query::run!(query_as, fetch_all, $($query)*) };
}

/// `fetch_optional!(tx, Row, "SELECT …", bind, …)` gives `Result<Option<Row>, sqlx::Error>`.
macro_rules! fetch_optional {
    ($($query:tt)*) => { $crate::kernel::database::query::run!(query_as, fetch_optional, $($query)*) };
}

/// `fetch_one!(tx, Row, "SELECT …", bind, …)` gives `Result<Row, sqlx::Error>`.
macro_rules! fetch_one {
    ($($query:tt)*) => { $crate::kernel::database::query::run!(query_as, fetch_one, $($query)*) };
}

/// As `fetch_all!`, for the only column of each row.
macro_rules! scalar_all {
    ($($query:tt)*) => { $crate::kernel::database::query::run!(query_scalar, fetch_all, $($query)*) };
}

/// As `fetch_optional!`, for the only column of the row.
macro_rules! scalar_optional {
    ($($query:tt)*) => { $crate::kernel::database::query::run!(query_scalar, fetch_optional, $($query)*) };
}

/// As `fetch_one!`, for the only column of the row.
macro_rules! scalar_one {
    ($($query:tt)*) => { $crate::kernel::database::query::run!(query_scalar, fetch_one, $($query)*) };
}

/// The query is built before the connection is borrowed, so that a bind may ask the transaction for its organization.
macro_rules! run {
    ($make:ident, $method:ident, $tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $tx.driver() {
            $crate::kernel::database::Driver::Sqlite => {
                let query = sqlx::$make::<sqlx::Sqlite, $row>($sql)$(.bind($bind))*;
                query.$method($tx.connection().sqlite()).await
            }
            $crate::kernel::database::Driver::Postgres => {
                let query = sqlx::$make::<sqlx::Postgres, $row>($sql)$(.bind($bind))*;
                query.$method($tx.connection().postgres()).await
            }
        }
    };
}

/// `execute!(tx, "UPDATE …", bind, …)` gives the number of rows that it changed, or `sqlx::Error`.
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $tx.driver() {
            $crate::kernel::database::Driver::Sqlite => {
                let query = sqlx::query::<sqlx::Sqlite>($sql)$(.bind($bind))*;
                query.execute($tx.connection().sqlite()).await.map(|done| done.rows_affected())
            }
            $crate::kernel::database::Driver::Postgres => {
                let query = sqlx::query::<sqlx::Postgres>($sql)$(.bind($bind))*;
                query.execute($tx.connection().postgres()).await.map(|done| done.rows_affected())
            }
        }
    };
}

pub(crate) use {execute, fetch_all, fetch_one, fetch_optional, run, scalar_all, scalar_one, scalar_optional};
