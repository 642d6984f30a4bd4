//! Connection pools: opening, migrating and closing a database.

use std::{str::FromStr as _, sync::Arc, time::Duration};

use sqlx::{
    Connection as _, Executor as _, PgConnection, PgPool, SqlitePool,
    migrate::{MigrateError, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::usage::Used;
use crate::kernel::private_files;

/// Number of read connections to a `SQLite` file, in addition to its one writer.
const SQLITE_READERS: u32 = 4;

/// Timeout for getting a connection from a pool.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// A database of either kind. Clones share its pools.
#[derive(Clone, Debug)]
pub struct Database {
    pools: Pools,
    pub(super) used: Arc<Used>,
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

/// The schema of a database: its migrations and the setup of connections.
#[derive(Debug)]
pub struct Schema {
    /// Environment variable that contains the address, for error messages.
    pub variable: &'static str,
    /// The `application_name` of `PostgreSQL` connections.
    pub application_name: &'static str,
    pub sqlite: Migrator,
    pub postgres: Migrator,
    /// Statements to run on `PostgreSQL` before the migrations, as the user of the address.
    pub before_migrating: &'static [&'static str],
    /// Statement to run on each new `PostgreSQL` connection of the pool.
    pub on_connect: &'static str,
}

/// Why a database could not be opened. The message is for the operator.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address is invalid.
    #[error(
        "{variable} is “{url}”, which is not an address of a database. Use sqlite://data/tessera.db or \
         postgres://user:password@host/name."
    )]
    Address {
        variable: &'static str,
        /// The address without its password.
        url: String,
    },
    /// The connection failed.
    #[error(
        "The database at {variable} ({url}) cannot be opened: {source}. Check that it runs and that its name, user and \
         password are right."
    )]
    Connect { variable: &'static str, url: String, source: sqlx::Error },
    /// A migration failed.
    #[error(
        "The database at {variable} ({url}) cannot be brought up to date: {source}. On PostgreSQL its user must own the \
         database and, for the application, may create the role tessera_app."
    )]
    Migrate { variable: &'static str, url: String, source: MigrateError },
}

impl Database {
    /// Opens and migrates the database at `url`. Creates a missing `SQLite` file, which only the user of the process can
    /// read, and narrows an existing one.
    ///
    /// # Errors
    /// [`OpenError`] with a hint for the operator.
    pub async fn open(url: &str, schema: &Schema) -> Result<Self, OpenError> {
        let variable = schema.variable;
        let display_url = without_password(url);
        let connect = |source| OpenError::Connect { variable, url: display_url.clone(), source };
        let migrate = |source| OpenError::Migrate { variable, url: display_url.clone(), source };
        let address = || OpenError::Address { variable, url: display_url.clone() };
        if url.starts_with("sqlite:") {
            let options = sqlite_options(url).ok_or_else(address)?;
            let file = options.get_filename();
            if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                private_files::create_folder(folder).map_err(|error| connect(sqlx::Error::Io(error)))?;
            }
            // SQLite gives its other files the permissions of this one.
            private_files::create_file(file).map_err(|error| connect(sqlx::Error::Io(error)))?;
            let writer = sqlite_pool(1).connect_with(options.clone()).await.map_err(connect)?;
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
            return Ok(Self::new(Pools::Sqlite { writer, readers }));
        }
        let options = Some(url)
            .filter(|url| url.starts_with("postgres:") || url.starts_with("postgresql:"))
            .and_then(|url| PgConnectOptions::from_str(url).ok())
            .ok_or_else(address)?
            .application_name(schema.application_name);
        let mut connection = PgConnection::connect_with(&options).await.map_err(connect)?;
        for statement in schema.before_migrating {
            connection.execute(*statement).await.map_err(connect)?;
        }
        schema.postgres.run(&mut connection).await.map_err(migrate)?;
        connection.close().await.map_err(connect)?;
        let on_connect = schema.on_connect;
        let pool = PgPoolOptions::new()
            .max_connections(16)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    connection.execute(on_connect).await?;
                    Ok(())
                })
            })
            .connect_with(options)
            .await
            .map_err(connect)?;
        Ok(Self::new(Pools::Postgres(pool)))
    }

    fn new(pools: Pools) -> Self {
        Self { pools, used: Arc::default() }
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

    /// Runs a trivial statement to check that the database responds.
    ///
    /// # Errors
    /// `sqlx::Error` if it does not.
    pub async fn ping(&self) -> Result<(), sqlx::Error> {
        match &self.pools {
            Pools::Sqlite { readers, .. } => sqlx::query("SELECT 1").execute(readers).await.map(|_| ()),
            Pools::Postgres(pool) => sqlx::query("SELECT 1").execute(pool).await.map(|_| ()),
        }
    }

    /// Waits for running statements and closes all connections.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

fn sqlite_pool(connections: u32) -> SqlitePoolOptions {
    // A connection to a file cannot be lost, so it needs no test.
    SqlitePoolOptions::new().max_connections(connections).test_before_acquire(false).acquire_timeout(ACQUIRE_TIMEOUT)
}

fn sqlite_options(url: &str) -> Option<SqliteConnectOptions> {
    let options = SqliteConnectOptions::from_str(url).ok()?;
    // An in-memory database would lose its data when the process ends.
    let is_in_memory = url.contains(":memory:") || url.contains("mode=memory");
    (!is_in_memory).then(|| {
        options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .optimize_on_close(true, 400)
            .pragma("temp_store", "memory")
            .statement_cache_capacity(256)
    })
}

fn without_password(url: &str) -> String {
    url::Url::parse(url).map_or_else(
        |_| url.split('@').next_back().unwrap_or_default().to_owned(),
        |mut parsed| {
            if parsed.password().is_some() {
                _ = parsed.set_password(Some("…"));
                return parsed.to_string().replace("%E2%80%A6", "…");
            }
            parsed.to_string()
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_password_hides_the_password() {
        assert_eq!(without_password("postgres://me:secret@host/db"), "postgres://me:…@host/db");
        assert_eq!(without_password("postgres://me@host/db"), "postgres://me@host/db");
        assert!(!without_password("not a url me:secret@host").contains("secret"));
    }
}
