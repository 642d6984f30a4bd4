//! Transactions, and the macros that run a query in one.
//!
//! `fetch_…!` returns rows as a type with named columns, `scalar_…!` the values of a single column, `exists!` whether
//! the query returns a row, and `execute!` the number of affected rows. The macros accept any type with the methods
//! `driver()` and `connection()` of [`Tx`]. `docs/decisions/adr-12-queries-at-run-time.md` explains why the macros of
//! sqlx are not used.

use std::{sync::Arc, time::Instant};

use sqlx::{PgConnection, Sqlite, SqliteConnection, Transaction, pool::PoolConnection};

use super::{
    pools::{Database, Mode, Pools},
    postgres_tx::PostgresTx,
    usage::Used,
};

/// The kind of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Driver {
    Sqlite,
    Postgres,
}

/// Connection of a transaction, for the query macros.
#[derive(Debug)]
pub enum Connection<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection),
}

impl<'a> Connection<'a> {
    /// Returns the `SQLite` connection.
    ///
    /// # Panics
    ///
    /// If the database is not `SQLite`. Callers check [`Tx::driver`] first.
    #[must_use]
    pub fn sqlite(self) -> &'a mut SqliteConnection {
        let Self::Sqlite(connection) = self else { unreachable!("callers check the driver first") };
        connection
    }

    /// Returns the `PostgreSQL` connection.
    ///
    /// # Panics
    ///
    /// If the database is not `PostgreSQL`. Callers check [`Tx::driver`] first.
    #[must_use]
    pub fn postgres(self) -> &'a mut PgConnection {
        let Self::Postgres(connection) = self else { unreachable!("callers check the driver first") };
        connection
    }
}

/// A transaction. If it is dropped without [`Tx::commit`], it is rolled back.
#[derive(Debug)]
pub struct Tx {
    inner: Inner,
    used: Arc<Used>,
}

#[derive(Debug)]
enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    /// A connection without BEGIN and ROLLBACK, which would turn one call into three. Each statement sees its own
    /// snapshot.
    SqliteRead(PoolConnection<Sqlite>),
    Postgres(PostgresTx),
}

impl Inner {
    async fn begin(database: &Database, mode: Mode) -> Result<Self, sqlx::Error> {
        Ok(match (database.pools(), mode) {
            (Pools::Sqlite { readers, .. }, Mode::Read) => Self::SqliteRead(readers.acquire().await?),
            // `BEGIN IMMEDIATE` takes the write lock at the start. A transaction that has read a stale snapshot could
            // not get it later.
            (Pools::Sqlite { writer, .. }, Mode::Write) => Self::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            (Pools::Postgres(pool), _) => Self::Postgres(PostgresTx::new(pool.clone(), database.gate.clone())),
        })
    }
}

impl Database {
    /// Starts a transaction for reading. On `SQLite` each statement sees its own snapshot. On `PostgreSQL` it begins with its
    /// first statement, which fails if no connection is available in time.
    ///
    /// # Errors
    /// `sqlx::Error` if no connection is available in time.
    pub async fn read(&self) -> Result<Tx, sqlx::Error> {
        Tx::begin(self, Mode::Read).await
    }

    /// Starts a transaction that on `SQLite` holds the write lock from its beginning.
    ///
    /// # Errors
    /// `sqlx::Error` if no connection is available in time.
    pub async fn write(&self) -> Result<Tx, sqlx::Error> {
        Tx::begin(self, Mode::Write).await
    }

    /// Commits a small write to check that the database can be written. It changes nothing that anyone reads.
    ///
    /// # Errors
    /// `sqlx::Error` if the database is away, full or read-only.
    pub async fn check_write(&self) -> Result<(), sqlx::Error> {
        let mut tx = self.write().await?;
        match tx.driver() {
            // Writes the page with the version, which nothing uses, to the log file.
            Driver::Sqlite => {
                sqlx::query("PRAGMA user_version = 0").execute(tx.connection().await?.sqlite()).await.map(drop)?;
            }
            // A transaction with an id has a record in the log; a standby gives none.
            Driver::Postgres => {
                let sql = "SELECT current_setting('transaction_read_only') = 'on', pg_current_xact_id()::text";
                let (is_read_only, _): (bool, String) =
                    sqlx::query_as(sql).fetch_one(tx.connection().await?.postgres()).await?;
                if is_read_only {
                    return Err(sqlx::Error::Io(std::io::ErrorKind::ReadOnlyFilesystem.into()));
                }
            }
        }
        tx.commit().await
    }
}

impl Tx {
    async fn begin(database: &Database, mode: Mode) -> Result<Self, sqlx::Error> {
        let started = Instant::now();
        let begun = Inner::begin(database, mode).await;
        // On PostgreSQL it has not begun yet.
        if !matches!(begun, Ok(Inner::Postgres(_))) {
            database.used.count_begin(&begun, started.elapsed());
        }
        Ok(Self { inner: begun?, used: database.used.clone() })
    }

    /// Sets variables of the transaction that the row-level policies read. `SQLite` has no policies.
    ///
    /// # Errors
    /// `sqlx::Error` if the connection is lost.
    pub async fn set<const N: usize>(&mut self, settings: [(&'static str, String); N]) -> Result<(), sqlx::Error> {
        match &mut self.inner {
            Inner::Sqlite(_) | Inner::SqliteRead(_) => Ok(()),
            Inner::Postgres(tx) => tx.set(&self.used, settings).await,
        }
    }

    /// Evaluates an expression without parameters at the beginning of the transaction, in the same round trip, after those
    /// before it. For locks: `SQLite`, which has one writer at a time, does without.
    pub fn open_with(&mut self, expression: String) {
        if let Inner::Postgres(tx) = &mut self.inner {
            tx.open_with(expression);
        }
    }

    /// Returns the kind of the transaction's database, for the query macros.
    #[must_use]
    pub const fn driver(&self) -> Driver {
        match self.inner {
            Inner::Sqlite(_) | Inner::SqliteRead(_) => Driver::Sqlite,
            Inner::Postgres(_) => Driver::Postgres,
        }
    }

    /// Returns the transaction's connection, for the query macros. Each call counts as one statement.
    ///
    /// # Errors
    /// `sqlx::Error` if this is the first statement and no connection is available in time.
    pub async fn connection(&mut self) -> Result<Connection<'_>, sqlx::Error> {
        self.used.count_statement();
        Ok(match &mut self.inner {
            Inner::Sqlite(tx) => Connection::Sqlite(tx),
            Inner::SqliteRead(connection) => Connection::Sqlite(connection),
            Inner::Postgres(tx) => Connection::Postgres(tx.connection(&self.used).await?),
        })
    }

    /// Commits the transaction.
    ///
    /// # Errors
    /// `sqlx::Error`, also if a deferred constraint is violated.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        self.commit_and_notify("", &[]).await
    }

    /// Commits the transaction and, on `PostgreSQL`, sends notifications on `channel` with it.
    ///
    /// # Errors
    /// As [`Self::commit`].
    pub async fn commit_and_notify(self, channel: &'static str, notifications: &[String]) -> Result<(), sqlx::Error> {
        let committed = match self.inner {
            Inner::Sqlite(tx) => tx.commit().await,
            Inner::SqliteRead(_) => return Ok(()),
            Inner::Postgres(tx) => return tx.commit(&self.used, channel, notifications).await,
        };
        self.used.count_commit(&committed);
        committed
    }
}

/// `fetch_all!(tx, Row, "SELECT …", bind, …)` returns `Result<Vec<Row>, sqlx::Error>`.
macro_rules! fetch_all {
    ($($query:tt)*) => { $crate::kernel::database::query::run!(query_as, fetch_all, $($query)*) };
}

/// `fetch_optional!(tx, Row, "SELECT …", bind, …)` returns `Result<Option<Row>, sqlx::Error>`.
macro_rules! fetch_optional {
    ($($query:tt)*) => { $crate::kernel::database::query::run!(query_as, fetch_optional, $($query)*) };
}

/// `fetch_one!(tx, Row, "SELECT …", bind, …)` returns `Result<Row, sqlx::Error>`.
macro_rules! fetch_one {
    ($($query:tt)*) => { $crate::kernel::database::query::run!(query_as, fetch_one, $($query)*) };
}

/// Returns the same as `fetch_all!`, for rows of one column.
macro_rules! scalar_all {
    ($($query:tt)*) => { $crate::kernel::database::query::run!(query_scalar, fetch_all, $($query)*) };
}

/// Returns the same as `fetch_optional!`, for a row of one column.
macro_rules! scalar_optional {
    ($($query:tt)*) => { $crate::kernel::database::query::run!(query_scalar, fetch_optional, $($query)*) };
}

/// Returns the same as `fetch_one!`, for a row of one column.
macro_rules! scalar_one {
    ($($query:tt)*) => { $crate::kernel::database::query::run!(query_scalar, fetch_one, $($query)*) };
}

/// `exists!(tx, "SELECT 1 …", bind, …)` returns whether the query has a row, or `sqlx::Error`.
macro_rules! exists {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::kernel::database::query::run!(
            query_scalar, fetch_one, $tx, bool, concat!("SELECT EXISTS (", $sql, ")") $(, $bind)*
        )
    };
}

/// Builds the query before it borrows the connection, so that a bind may read the transaction, for example its
/// organization.
macro_rules! run {
    ($make:ident, $method:ident, $tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $tx.driver() {
            $crate::kernel::database::query::Driver::Sqlite => {
                let query = sqlx::$make::<sqlx::Sqlite, $row>($sql)$(.bind($bind))*;
                match $tx.connection().await {
                    Ok(connection) => query.$method(connection.sqlite()).await,
                    Err(error) => Err(error),
                }
            }
            $crate::kernel::database::query::Driver::Postgres => {
                let query = sqlx::$make::<sqlx::Postgres, $row>($sql)$(.bind($bind))*;
                match $tx.connection().await {
                    Ok(connection) => query.$method(connection.postgres()).await,
                    Err(error) => Err(error),
                }
            }
        }
    };
}

/// `execute!(tx, "UPDATE …", bind, …)` returns the number of affected rows, or `sqlx::Error`.
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $tx.driver() {
            $crate::kernel::database::query::Driver::Sqlite => {
                let query = sqlx::query::<sqlx::Sqlite>($sql)$(.bind($bind))*;
                match $tx.connection().await {
                    Ok(connection) => query.execute(connection.sqlite()).await.map(|done| done.rows_affected()),
                    Err(error) => Err(error),
                }
            }
            $crate::kernel::database::query::Driver::Postgres => {
                let query = sqlx::query::<sqlx::Postgres>($sql)$(.bind($bind))*;
                match $tx.connection().await {
                    Ok(connection) => query.execute(connection.postgres()).await.map(|done| done.rows_affected()),
                    Err(error) => Err(error),
                }
            }
        }
    };
}

pub(crate) use {execute, exists, fetch_all, fetch_one, fetch_optional, run, scalar_all, scalar_one, scalar_optional};
