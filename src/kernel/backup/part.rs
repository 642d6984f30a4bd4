//! A database as the configuration names it.

use super::{
    error::BackupError,
    format::{DatabaseHeader, DriverName, Header},
};
use crate::kernel::database::{Driver, Schema};

/// A database to copy from or to.
#[derive(Debug)]
pub struct Part<'a> {
    /// Its name in files and messages.
    pub name: &'static str,
    pub schema: &'a Schema,
    /// The address that requests use.
    pub url: String,
    /// The address of the owner, to create the schema on `PostgreSQL`.
    pub owner_url: Option<String>,
    /// Whether no other process may have the `SQLite` file open while it is read.
    pub is_exclusive: bool,
}

impl Part<'_> {
    /// The kind of database.
    #[must_use]
    pub fn driver(&self) -> Driver {
        if self.url.starts_with("sqlite:") { Driver::Sqlite } else { Driver::Postgres }
    }

    /// Returns the version at which the schema must be created for the rows of the database in `header`.
    ///
    /// # Errors
    /// [`BackupError::Newer`] if this program does not know all of its migrations.
    pub fn version_of(&self, database: &DatabaseHeader, header: &Header) -> Result<i64, BackupError> {
        let known = match database.driver {
            DriverName::Sqlite => &self.schema.sqlite,
            DriverName::Postgres => &self.schema.postgres,
        };
        let unknown = database.migrations.iter().find(|version| !known.version_exists(**version));
        if let Some(unknown) = unknown {
            let what = format!("the migration {unknown} of the {} database", self.name);
            return Err(BackupError::Newer { what, version: header.version.clone() });
        }
        database.migrations.last().copied().ok_or(BackupError::NoSchema { database: self.name })
    }
}
