//! The provider's database: functions over one connection.
//!
//! Lookups answer with `Ok(None)` when there is no row. Whoever changes something begins with [`Database::write`] and
//! commits once, so that an operation is stored whole or not at all.

pub mod apis;
pub mod attempts;
pub mod clients;
pub mod codes;
pub mod grants;
pub mod invitations;
pub mod keys;
pub mod organizations;
pub mod roles;
pub mod sessions;
pub mod settings;
pub mod tokens;
pub mod transactions;
pub mod users;

use std::{path::Path, time::Duration};

use serde::de::DeserializeOwned;
use sqlx::{
    Sqlite, SqlitePool, Transaction,
    pool::PoolConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::Error;

/// Readers that may be at work at the same time.
const READERS: u32 = 4;

/// The `SQLite` file: one connection that writes, and a few that read beside it.
#[derive(Clone)]
pub struct Database {
    writer: SqlitePool,
    readers: SqlitePool,
}

impl Database {
    /// Opens the file at `path`, creating it and its folder if need be, and migrates it.
    pub async fn open(path: &Path) -> Result<Self, Error> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(Error::Folder)?;
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5));
        let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        sqlx::migrate!("migrations/idp").run(&writer).await?;
        let readers = SqlitePoolOptions::new().max_connections(READERS).connect_with(options.read_only(true)).await?;
        Ok(Self { writer, readers })
    }

    /// A transaction that holds the write lock from its first statement.
    pub async fn write(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        self.writer.begin_with("BEGIN IMMEDIATE").await
    }

    /// A connection for reading alone.
    pub async fn read(&self) -> Result<PoolConnection<Sqlite>, sqlx::Error> {
        self.readers.acquire().await
    }
}

/// A column that holds a value as JSON text.
#[derive(Clone, Debug)]
pub struct JsonText<T>(pub T);

impl<T: DeserializeOwned> TryFrom<String> for JsonText<T> {
    type Error = serde_json::Error;

    fn try_from(text: String) -> Result<Self, serde_json::Error> {
        serde_json::from_str(&text).map(Self)
    }
}

/// `value` as the text of such a column.
pub fn json_text(value: &impl serde::Serialize) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(error.into()))
}
