//! Why a backup, a restore or a move stopped. Nothing is left behind then.

use std::{io, path::PathBuf};

use crate::kernel::database::OpenError;

/// Why a backup, a restore or a move stopped. The message is for the operator.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("{path} cannot be written or read: {source}.", path = path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("{path} exists. Choose another name, or replace it with --force.", path = path.display())]
    FileExists { path: PathBuf },
    #[error("{path} is not a backup of Tessera, so --force does not replace it. Choose another name.", path = path.display())]
    NotReplaced { path: PathBuf },
    #[error("{path} is not a backup of Tessera. If it is compressed, decompress it first.", path = path.display())]
    Foreign { path: PathBuf },
    #[error(
        "{path} has the format {format} of backups, which this program does not read. Restore it with the version of \
         Tessera that wrote it, upgrade that, and back it up again.", path = path.display()
    )]
    OtherFormat { path: PathBuf, format: u32 },
    /// The file was changed or cut off.
    #[error("{path} is damaged at line {line}: {reason}. Nothing was restored. Use another backup.", path = path.display())]
    Damaged { path: PathBuf, line: usize, reason: String },
    #[error("The backup is newer than this program: it has {what}. Restore it with Tessera {version} or newer.")]
    Newer { what: String, version: String },
    #[error("The {database} database is not empty: {found}. Restore into an empty one, or move this one away first.")]
    NotEmpty { database: &'static str, found: String },
    #[error(
        "The file has no {database} database, but this configuration needs one. Use the configuration of the backup."
    )]
    Missing { database: &'static str },
    #[error(
        "The file has a {database} database, but this configuration has none. Use the configuration of the backup."
    )]
    Unexpected { database: String },
    /// The schema or a value has something that cannot be copied faithfully.
    #[error("Table {table} cannot be copied: {reason}.")]
    Table { table: String, reason: String },
    #[error("The {database} database has no migrations of Tessera, so there is nothing to copy.")]
    NoSchema { database: &'static str },
    #[error("{variable} is not set. This command creates the schema on PostgreSQL as the owner of the database.")]
    NoOwner { variable: &'static str },
    #[error("{variable} is not the address of a PostgreSQL database. Set it to the address to move to.")]
    NotPostgres { variable: &'static str },
    #[error("The database failed: {0}.")]
    Database(#[from] sqlx::Error),
    #[error("The schema cannot be created: {0}.")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    #[error(transparent)]
    Open(#[from] OpenError),
}

impl BackupError {
    /// Reports that `table` cannot be copied.
    pub fn table(table: &str, reason: impl Into<String>) -> Self {
        Self::Table { table: table.to_owned(), reason: reason.into() }
    }
}
