//! Transactions, and the macros that run a query in one.
//!
//! A macro takes anything that has `driver()` and `connection()` as [`Tx`] has.

use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection, Transaction, pool::PoolConnection};

use super::{Database, Mode};

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
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    /// Without BEGIN and ROLLBACK, which would make three calls of one; each statement sees its own snapshot.
    SqliteRead(PoolConnection<Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    pub(super) async fn begin(database: &Database, mode: Mode) -> Result<Self, sqlx::Error> {
        Ok(match (database, mode) {
            (Database::Sqlite { readers, .. }, Mode::Read) => Self::SqliteRead(readers.acquire().await?),
            // Takes the write lock at once: a transaction that reads first could not get it later.
            (Database::Sqlite { writer, .. }, Mode::Write) => Self::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            (Database::Postgres(pool), _) => Self::Postgres(pool.begin().await?),
        })
    }

    /// For the query macros.
    #[must_use]
    pub const fn driver(&self) -> Driver {
        match self {
            Self::Sqlite(_) | Self::SqliteRead(_) => Driver::Sqlite,
            Self::Postgres(_) => Driver::Postgres,
        }
    }

    /// For the query macros.
    pub fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(tx) => Connection::Sqlite(tx),
            Self::SqliteRead(connection) => Connection::Sqlite(connection),
            Self::Postgres(tx) => Connection::Postgres(tx),
        }
    }

    /// Makes what was written last.
    ///
    /// # Errors
    /// When the database refuses, for instance because of a deferred constraint.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::SqliteRead(_) => Ok(()),
            Self::Postgres(tx) => tx.commit().await,
        }
    }
}

/// `fetch_all!(tx, Row, "SELECT …", bind, …)` gives `Result<Vec<Row>, sqlx::Error>`.
macro_rules! fetch_all {
    ($($query:tt)*) => { $crate::database::query::run!(query_as, fetch_all, $($query)*) };
}

/// `fetch_optional!(tx, Row, "SELECT …", bind, …)` gives `Result<Option<Row>, sqlx::Error>`.
macro_rules! fetch_optional {
    ($($query:tt)*) => { $crate::database::query::run!(query_as, fetch_optional, $($query)*) };
}

/// `fetch_one!(tx, Row, "SELECT …", bind, …)` gives `Result<Row, sqlx::Error>`.
macro_rules! fetch_one {
    ($($query:tt)*) => { $crate::database::query::run!(query_as, fetch_one, $($query)*) };
}

/// As `fetch_all!`, for the only column of each row.
macro_rules! scalar_all {
    ($($query:tt)*) => { $crate::database::query::run!(query_scalar, fetch_all, $($query)*) };
}

/// As `fetch_optional!`, for the only column of the row.
macro_rules! scalar_optional {
    ($($query:tt)*) => { $crate::database::query::run!(query_scalar, fetch_optional, $($query)*) };
}

/// As `fetch_one!`, for the only column of the row.
macro_rules! scalar_one {
    ($($query:tt)*) => { $crate::database::query::run!(query_scalar, fetch_one, $($query)*) };
}

/// The query is built before the connection is borrowed, so that a bind may ask the transaction for its organization.
macro_rules! run {
    ($make:ident, $method:ident, $tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $tx.driver() {
            $crate::database::Driver::Sqlite => {
                let query = sqlx::$make::<sqlx::Sqlite, $row>($sql)$(.bind($bind))*;
                query.$method($tx.connection().sqlite()).await
            }
            $crate::database::Driver::Postgres => {
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
            $crate::database::Driver::Sqlite => {
                let query = sqlx::query::<sqlx::Sqlite>($sql)$(.bind($bind))*;
                query.execute($tx.connection().sqlite()).await.map(|done| done.rows_affected())
            }
            $crate::database::Driver::Postgres => {
                let query = sqlx::query::<sqlx::Postgres>($sql)$(.bind($bind))*;
                query.execute($tx.connection().postgres()).await.map(|done| done.rows_affected())
            }
        }
    };
}

pub(crate) use {execute, fetch_all, fetch_one, fetch_optional, run, scalar_all, scalar_one, scalar_optional};
