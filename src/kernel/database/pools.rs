//! Connection pools: opening, migrating and closing a database.

use std::{str::FromStr as _, sync::Arc, time::Duration};

use sqlx::{
    Connection as _, PgPool, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteLockingMode, SqlitePoolOptions},
};

use super::{
    durability::Durability,
    gate::Gate,
    postgres,
    schema::{OpenError, Schema, without_password},
    usage::Used,
};
use crate::kernel::private_files;

/// The code of the error that another connection holds a lock.
const SQLITE_BUSY: &str = "5";

/// Number of read connections to a `SQLite` file, in addition to its one writer.
const SQLITE_READERS: u32 = 4;

/// Time limit for getting a connection. The writer is one connection, for which requests wait in turn.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// A database of either kind. Clones share its pools.
#[derive(Clone, Debug)]
pub struct Database {
    pools: Pools,
    pub(super) used: Arc<Used>,
    pub(super) gate: Arc<Gate>,
}

/// The connection pools of a [`Database`].
#[derive(Clone, Debug)]
pub enum Pools {
    /// Pools of a `SQLite` file: one writer and several readers. `SQLite` allows only one writer, and waiting for it in
    /// the pool avoids `SQLITE_BUSY`.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

/// Whether a transaction reads or writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Read,
    Write,
}

/// The state of one pool.
#[derive(Clone, Copy, Debug)]
pub struct PoolState {
    /// `writer` or `readers` of a `SQLite` file, or `all`.
    pub name: &'static str,
    /// Number of connections in use.
    pub in_use: u64,
    /// Number of open connections that are not in use.
    pub idle: u64,
    /// Maximum number of connections.
    pub max: u64,
}

impl PoolState {
    fn of<D: sqlx::Database>(name: &'static str, pool: &sqlx::Pool<D>) -> Self {
        let idle = pool.num_idle() as u64;
        let in_use = u64::from(pool.size()).saturating_sub(idle);
        Self { name, in_use, idle, max: u64::from(pool.options().get_max_connections()) }
    }
}

impl Database {
    /// Opens and migrates the database at `url`. Creates a missing `SQLite` file, which only the user of the process can
    /// read, and narrows an existing one.
    ///
    /// On `PostgreSQL`, migrations run at `migration_url`, the address of the owner; without it, the database must be up to
    /// date. The role of `url` must not be able to get around row-level security. `durability` is for `SQLite`.
    ///
    /// # Errors
    /// [`OpenError`] with a hint for the operator.
    pub async fn open(
        url: &str,
        migration_url: Option<&str>,
        schema: &Schema,
        durability: Durability,
    ) -> Result<Self, OpenError> {
        if !url.starts_with("sqlite:") {
            return Ok(Self::new(Pools::Postgres(postgres::open(url, migration_url, schema).await?)));
        }
        let variable = schema.variable;
        let display_url = without_password(url);
        let connect = |source| OpenError::Connect { variable, url: display_url.clone(), source };
        let migrate = |source| OpenError::Migrate { variable, url: display_url.clone(), source };
        let address = || OpenError::Address { variable, url: display_url.clone() };
        let options = sqlite_options(url).ok_or_else(address)?.synchronous(durability.into());
        let file = options.get_filename();
        if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            private_files::create_folder(folder).map_err(|error| connect(sqlx::Error::Io(error)))?;
        }
        // SQLite gives its other files the permissions of this one.
        private_files::create_file(file).map_err(|error| connect(sqlx::Error::Io(error)))?;
        let writer = sqlite_writer().connect_with(options.clone()).await.map_err(connect)?;
        schema.sqlite.run(&writer).await.map_err(migrate)?;
        for suffix in ["", "-wal", "-shm"] {
            let mut file = file.as_os_str().to_owned();
            file.push(suffix);
            private_files::narrow(file.as_ref());
        }
        // PRAGMA optimize writes. On a read connection it would fail, and keep the connection and the log file open
        // after `close`.
        let options = options.read_only(true).optimize_on_close(false, None);
        let readers = sqlite_pool(SQLITE_READERS).connect_with(options).await.map_err(connect)?;
        Ok(Self::new(Pools::Sqlite { writer, readers }))
    }

    fn new(pools: Pools) -> Self {
        Self { pools, used: Arc::default(), gate: Arc::default() }
    }

    /// Returns the pools, for access without a [`super::Tx`].
    #[must_use]
    pub const fn pools(&self) -> &Pools {
        &self.pools
    }

    /// Returns the counters of transactions and statements.
    #[must_use]
    pub fn used(&self) -> &Used {
        &self.used
    }

    /// Returns the same database with counters of its own, for background work that is not to be counted with that of requests.
    #[must_use]
    pub fn uncounted(&self) -> Self {
        Self { used: Arc::default(), ..self.clone() }
    }

    /// Returns the state of each pool.
    #[must_use]
    pub fn pool_states(&self) -> Vec<PoolState> {
        match &self.pools {
            Pools::Sqlite { writer, readers } => {
                vec![PoolState::of("writer", writer), PoolState::of("readers", readers)]
            }
            Pools::Postgres(pool) => {
                let (state, recent) = (PoolState::of("all", pool), self.gate.recent.count() as u64);
                vec![PoolState { in_use: state.in_use.saturating_sub(recent), idle: state.idle + recent, ..state }]
            }
        }
    }

    /// Waits for running statements and closes all connections.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => {
                self.gate.recent.close();
                pool.close().await;
            }
        }
    }
}

fn sqlite_pool(connections: u32) -> SqlitePoolOptions {
    // A connection to a file cannot be lost, so it needs no test.
    SqlitePoolOptions::new().max_connections(connections).test_before_acquire(false).acquire_timeout(ACQUIRE_TIMEOUT)
}

/// The pool of the writer. A connection that cannot roll its transaction back is replaced by a new one.
///
/// When the disk is full or fails, `SQLite` rolls back by itself, so that the ROLLBACK that follows fails. sqlx would count
/// the transaction as open for ever, and refuse each further one.
fn sqlite_writer() -> SqlitePoolOptions {
    sqlite_pool(1).after_release(|connection, _| {
        Box::pin(async move {
            // Commands run in order: after this one, the ROLLBACK of a dropped transaction has been tried.
            connection.ping().await?;
            let is_usable = !connection.is_in_transaction();
            if !is_usable {
                tracing::warn!("a transaction could not be rolled back; its connection is replaced");
            }
            Ok(is_usable)
        })
    })
}

/// Opens a connection for reading an existing `SQLite` file. With `is_exclusive`, no other may be open, and none can be
/// opened until it ends.
///
/// # Errors
/// [`OpenError`] with a hint for the operator.
pub async fn open_sqlite_file(url: &str, schema: &Schema, is_exclusive: bool) -> Result<SqliteConnection, OpenError> {
    let (variable, display_url) = (schema.variable, without_password(url));
    let options = sqlite_options(url).ok_or_else(|| OpenError::Address { variable, url: display_url.clone() })?;
    // As for the read connections of a pool.
    let options = options.create_if_missing(false).optimize_on_close(false, None);
    let options = if is_exclusive {
        options.locking_mode(SqliteLockingMode::Exclusive).busy_timeout(Duration::ZERO)
    } else {
        options.read_only(true)
    };
    let is_busy = |error: &sqlx::Error| {
        error.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|code| code == SQLITE_BUSY)
    };
    SqliteConnection::connect_with(&options).await.map_err(|source| {
        if is_exclusive && is_busy(&source) {
            return OpenError::InUse { url: display_url };
        }
        OpenError::Connect { variable, url: display_url, source }
    })
}

/// Returns the options of connections to the `SQLite` file at `url`; `None` if that is no address of a file.
#[must_use]
pub fn sqlite_options(url: &str) -> Option<SqliteConnectOptions> {
    let options = SqliteConnectOptions::from_str(url).ok()?;
    // An in-memory database would lose its data when the process ends.
    let is_in_memory = url.contains(":memory:") || url.contains("mode=memory");
    (!is_in_memory).then(|| {
        options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(Durability::default().into())
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .optimize_on_close(true, 400)
            .pragma("temp_store", "memory")
            .statement_cache_capacity(256)
    })
}

#[cfg(test)]
mod tests {
    use sqlx::migrate::Migrator;

    use super::*;
    use crate::kernel::random::Random;

    #[tokio::test]
    async fn each_connection_to_a_file_is_as_durable_as_configured() {
        let schema = Schema {
            variable: "DATABASE_URL",
            migration_variable: "MIGRATION_DATABASE_URL",
            application_name: "tests",
            sqlite: Migrator::DEFAULT,
            postgres: Migrator::DEFAULT,
            before_migrating: &[],
            after_migrating: &[],
            on_connect: None,
            derived: &[],
            tenants: None,
            roles: "",
        };
        // https://sqlite.org/pragma.html#pragma_synchronous
        for (durability, expected) in [(Durability::Normal, 1_i64), (Durability::Full, 2)] {
            let folder = std::env::temp_dir().join(format!("tessera-durability-{}", Random::system().alphanumeric(12)));
            let url = format!("sqlite://{}", folder.join("tests.db").display());
            let database = Database::open(&url, None, &schema, durability).await.unwrap();
            let Pools::Sqlite { writer, readers } = database.pools() else { unreachable!("an address of a file") };
            for pool in [writer, readers] {
                let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(pool).await.unwrap();
                assert_eq!(synchronous, expected);
            }
            database.close().await;
            std::fs::remove_dir_all(folder).unwrap();
        }
    }
}
