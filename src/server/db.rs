//! The database: `SQLite` in a file, or `PostgreSQL`.
//!
//! Both are behind one enum of pools, not behind a trait: SQL is one text that both understand, with `$1` placeholders,
//! and a query is run by the macros `fetch_all!`, `fetch_optional!` and `execute!`, which pick the driver.
//!
//! What belongs to an organization is reached through an [`OrgTx`] alone; what lies outside of organizations (people,
//! browser sessions, sign-ins under way) through a [`PlatformTx`].

mod migrate;
mod tx;

use std::{str::FromStr as _, time::Duration};

use sqlx::{
    PgPool, SqlitePool,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

pub use tx::{Connection, Driver, OrgTx, PlatformTx};
pub(in crate::server) use tx::{Mode, execute, fetch_all, fetch_one, fetch_optional, run};

use crate::server::error::Error;

/// The database, whichever it is. Cloning is cheap.
#[derive(Clone, Debug)]
pub enum Db {
    /// One writer, because `SQLite` has one anyway and a queue is kinder than `SQLITE_BUSY`; readers beside it.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

/// Why the database could not be opened, in words for whoever starts the server.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address is not one.
    #[error(
        "DATABASE_URL is “{url}”, which is not an address of a database. Use sqlite://data/tessera.db or \
         postgres://user:password@host/name."
    )]
    Address {
        /// The address without its password.
        url: String,
    },
    /// The address is right in form, but nothing answers there.
    #[error(
        "The database at DATABASE_URL ({url}) cannot be opened: {source}. Check that it runs and that its name, user \
         and password are right."
    )]
    Connect { url: String, source: sqlx::Error },
    /// The schema could not be brought up to date.
    #[error(
        "The database at DATABASE_URL ({url}) cannot be brought up to date: {source}. Its user must own the database \
         and, on PostgreSQL, may create the role tessera_app."
    )]
    Migrate { url: String, source: sqlx::migrate::MigrateError },
}

impl Db {
    /// Opens the database at `url`, creates it if it is a `SQLite` file that does not exist, and migrates it.
    ///
    /// # Errors
    /// [`OpenError`], which says what to do.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        let shown = without_password(url);
        let connect = |source| OpenError::Connect { url: shown.clone(), source };
        if url.starts_with("sqlite:") {
            let options = sqlite_options(url).ok_or_else(|| OpenError::Address { url: shown.clone() })?;
            let file = options.get_filename();
            if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                std::fs::create_dir_all(folder).map_err(|error| connect(sqlx::Error::Io(error)))?;
            }
            let writer = SqlitePoolOptions::new()
                .max_connections(1)
                .test_before_acquire(false)
                .acquire_timeout(Duration::from_secs(10))
                .connect_with(options.clone())
                .await
                .map_err(connect)?;
            migrate::sqlite(&writer).await.map_err(|source| OpenError::Migrate { url: shown.clone(), source })?;
            let readers = SqlitePoolOptions::new()
                .max_connections(4)
                // A file needs no ping.
                .test_before_acquire(false)
                .acquire_timeout(Duration::from_secs(10))
                .connect_with(options.read_only(true))
                .await
                .map_err(connect)?;
            return Ok(Self::Sqlite { writer, readers });
        }
        let options = Some(url)
            .filter(|url| url.starts_with("postgres:") || url.starts_with("postgresql:"))
            .and_then(|url| PgConnectOptions::from_str(url).ok())
            .ok_or_else(|| OpenError::Address { url: shown.clone() })?
            .application_name("tessera");
        migrate::postgres(&options).await.map_err(|error| match error {
            migrate::Failure::Connect(source) => connect(source),
            migrate::Failure::Migrate(source) => OpenError::Migrate { url: shown.clone(), source },
        })?;
        let pool = PgPoolOptions::new()
            .max_connections(16)
            .acquire_timeout(Duration::from_secs(10))
            // The role that the policies bind. The connecting user owns the tables and would be bound too, since they
            // are forced, but could switch them off.
            .after_connect(|connection, _| {
                Box::pin(async move {
                    sqlx::query("SET ROLE tessera_app").execute(connection).await?;
                    Ok(())
                })
            })
            .connect_with(options)
            .await
            .map_err(connect)?;
        Ok(Self::Postgres(pool))
    }

    /// Starts a transaction over what lies outside of organizations, for reading.
    ///
    /// # Errors
    /// When no connection is to be had.
    pub async fn read(&self) -> Result<PlatformTx, Error> {
        PlatformTx::begin(self, Mode::Read).await
    }

    /// Starts a transaction over what lies outside of organizations, for writing.
    ///
    /// # Errors
    /// When no connection is to be had.
    pub async fn write(&self) -> Result<PlatformTx, Error> {
        PlatformTx::begin(self, Mode::Write).await
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// When it gives none.
    pub async fn ping(&self) -> Result<(), Error> {
        match self {
            Self::Sqlite { readers, .. } => sqlx::query("SELECT 1").execute(readers).await.map(|_| ()),
            Self::Postgres(pool) => sqlx::query("SELECT 1").execute(pool).await.map(|_| ()),
        }?;
        Ok(())
    }

    /// Waits until everything under way is written, and closes the database.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
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
