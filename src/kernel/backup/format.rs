//! The lines of a backup file. `docs/backup.md` describes them for people.

use serde::{Deserialize, Serialize};

use crate::kernel::database::Driver;

/// The version of the format that this program writes, and the only one that it reads.
pub const FORMAT: u32 = 1;

/// The longest line, in bytes with its end. Far more than a row takes, since texts and requests are limited. A reader
/// takes no more than this into memory, whatever is in a damaged file.
pub const LONGEST_LINE: u64 = 64 << 20;

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The version of the format.
    pub tessera_backup: u32,
    /// The version of the program that wrote the file.
    pub version: String,
    /// A value derived from `SESSION_SECRET` that tells whether a system has the same secret.
    pub key_check: String,
    pub databases: Vec<DatabaseHeader>,
}

/// A database in the first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseHeader {
    pub name: String,
    pub driver: DriverName,
    /// The versions of the applied migrations, in ascending order.
    pub migrations: Vec<i64>,
}

/// The kind of database that was backed up: each has migrations of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DriverName {
    Sqlite,
    Postgres,
}

impl From<Driver> for DriverName {
    fn from(driver: Driver) -> Self {
        match driver {
            Driver::Sqlite => Self::Sqlite,
            Driver::Postgres => Self::Postgres,
        }
    }
}

/// The line before the rows of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableStart {
    pub database: String,
    pub table: String,
    /// The columns, in the order of their names. Rows have their values in this order.
    pub columns: Vec<String>,
}

/// The line after the rows of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableEnd {
    pub rows: u64,
    pub sha256: String,
}

/// The last line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEnd {
    pub tables: u64,
    pub rows: u64,
    /// SHA-256 of all bytes before this line.
    pub file_sha256: String,
}

/// What was copied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub tables: u64,
    pub rows: u64,
}
