//! A database: `SQLite` in a file, or `PostgreSQL`.
//!
//! Both are behind one enum of pools, not behind a trait: SQL is one text that both understand, with `$1` placeholders,
//! and a query is run by the macros of [`query`], which pick the driver. The application and the built-in identity
//! provider each open one of their own.

pub mod query;

use std::{str::FromStr as _, sync::Arc, time::Duration};

use sqlx::{
    Connection as _, Executor as _, PgConnection, PgPool, SqlitePool,
    migrate::{MigrateError, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

pub use self::query::{Connection, Driver, Tx, Used};

/// Connections that read a `SQLite` file beside the one that writes.
const READERS: u32 = 4;

/// How long a request waits for a connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// The database, whichever it is. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Database {
    pools: Pools,
    used: Arc<Used>,
}

/// The pools of a [`Database`].
#[derive(Clone, Debug)]
pub enum Pools {
    /// One writer, because `SQLite` has one anyway and a queue is kinder than `SQLITE_BUSY`; readers beside it.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

/// What a database is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Read,
    Write,
}

/// What is kept in a database: the migrations that make it, and how a connection is prepared.
#[derive(Debug)]
pub struct Schema {
    /// The environment variable that names the database, for messages.
    pub variable: &'static str,
    /// As `PostgreSQL` lists the connection.
    pub application_name: &'static str,
    pub sqlite: Migrator,
    pub postgres: Migrator,
    /// Run on `PostgreSQL` before the migrations, as the user of the address.
    pub before_migrating: &'static [&'static str],
    /// Run on every `PostgreSQL` connection of the pool.
    pub on_connect: &'static str,
}

/// Why a database could not be opened, in words for whoever starts the server.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address is not one.
    #[error(
        "{variable} is “{url}”, which is not an address of a database. Use sqlite://data/tessera.db or \
         postgres://user:password@host/name."
    )]
    Address {
        variable: &'static str,
        /// The address without its password.
        url: String,
    },
    /// The address is right in form, but nothing answers there.
    #[error(
        "The database at {variable} ({url}) cannot be opened: {source}. Check that it runs and that its name, user and \
         password are right."
    )]
    Connect { variable: &'static str, url: String, source: sqlx::Error },
    /// The schema could not be brought up to date.
    #[error(
        "The database at {variable} ({url}) cannot be brought up to date: {source}. On PostgreSQL its user must own the \
         database and, for the application, may create the role tessera_app."
    )]
    Migrate { variable: &'static str, url: String, source: MigrateError },
}

impl Database {
    /// Opens the database at `url`, creates it if it is a `SQLite` file that does not exist, and migrates it.
    ///
    /// # Errors
    /// [`OpenError`], which says what to do.
    pub async fn open(url: &str, schema: &Schema) -> Result<Self, OpenError> {
        let variable = schema.variable;
        let shown = without_password(url);
        let connect = |source| OpenError::Connect { variable, url: shown.clone(), source };
        let migrate = |source| OpenError::Migrate { variable, url: shown.clone(), source };
        let address = || OpenError::Address { variable, url: shown.clone() };
        if url.starts_with("sqlite:") {
            let options = sqlite_options(url).ok_or_else(address)?;
            let file = options.get_filename();
            if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                std::fs::create_dir_all(folder).map_err(|error| connect(sqlx::Error::Io(error)))?;
            }
            let writer = sqlite_pool(1).connect_with(options.clone()).await.map_err(connect)?;
            schema.sqlite.run(&writer).await.map_err(migrate)?;
            // Optimizing is writing. A reader that fails to would not be closed when `close` returns, and keep the log.
            let options = options.read_only(true).optimize_on_close(false, None);
            let readers = sqlite_pool(READERS).connect_with(options).await.map_err(connect)?;
            return Ok(Self::over(Pools::Sqlite { writer, readers }));
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
            .acquire_timeout(PATIENCE)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    connection.execute(on_connect).await?;
                    Ok(())
                })
            })
            .connect_with(options)
            .await
            .map_err(connect)?;
        Ok(Self::over(Pools::Postgres(pool)))
    }

    fn over(pools: Pools) -> Self {
        Self { pools, used: Arc::default() }
    }

    /// Its connections, past its transactions.
    #[must_use]
    pub const fn pools(&self) -> &Pools {
        &self.pools
    }

    /// How often it was used.
    #[must_use]
    pub fn used(&self) -> &Used {
        &self.used
    }

    /// Starts a transaction for reading. On `SQLite` each statement sees its own snapshot.
    pub async fn read(&self) -> Result<Tx, sqlx::Error> {
        Tx::begin(self, Mode::Read).await
    }

    /// Starts a transaction that on `SQLite` holds the write lock from its first statement.
    pub async fn write(&self) -> Result<Tx, sqlx::Error> {
        Tx::begin(self, Mode::Write).await
    }

    /// Asks the database for a sign of life.
    pub async fn ping(&self) -> Result<(), sqlx::Error> {
        match &self.pools {
            Pools::Sqlite { readers, .. } => sqlx::query("SELECT 1").execute(readers).await.map(|_| ()),
            Pools::Postgres(pool) => sqlx::query("SELECT 1").execute(pool).await.map(|_| ()),
        }
    }

    /// Waits until everything under way is written, and closes the database.
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
    // A file needs no ping.
    SqlitePoolOptions::new().max_connections(connections).test_before_acquire(false).acquire_timeout(PATIENCE)
}

fn sqlite_options(url: &str) -> Option<SqliteConnectOptions> {
    let options = SqliteConnectOptions::from_str(url).ok()?;
    // Nothing may be lost when the process ends.
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
    fn a_password_is_not_shown() {
        assert_eq!(without_password("postgres://me:secret@host/db"), "postgres://me:…@host/db");
        assert_eq!(without_password("postgres://me@host/db"), "postgres://me@host/db");
        assert!(!without_password("not a url me:secret@host").contains("secret"));
    }
}
