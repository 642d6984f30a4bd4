//! Fills a new `SQLite` file. It has another name until it is complete.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, SqliteConnection};

use super::{
    catalogue::{Table, sqlite_tables},
    error::BackupError,
    part::Part,
    source::sqlite_rows,
    value::{TableSum, Value},
};
use crate::kernel::{
    database::{OpenError, Schema, quoted, sqlite_options, without_password},
    private_files,
};

/// A file that is being filled.
pub struct SqliteTarget<'a> {
    connection: SqliteConnection,
    schema: &'a Schema,
    files: Files,
}

/// The names of the file. Dropping them deletes the draft, if there still is one.
struct Files {
    /// The name of the database in messages.
    database: &'static str,
    path: PathBuf,
    draft: PathBuf,
}

impl Files {
    /// Creates an empty draft beside `path`.
    fn create(part: &Part<'_>, path: PathBuf) -> Result<Self, BackupError> {
        for found in [path.clone(), with_suffix(&path, "-wal")] {
            if fs::metadata(&found).is_ok_and(|metadata| metadata.len() > 0) {
                return Err(exists(part.name, &found));
            }
        }
        let draft = private_files::draft_name(&path);
        let failure = |source| BackupError::File { path: draft.clone(), source };
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            private_files::create_folder(folder).map_err(failure)?;
        }
        private_files::create_new(&draft).map_err(failure)?;
        Ok(Self { database: part.name, path, draft })
    }

    fn publish(&self) -> Result<(), BackupError> {
        let failure = |source| BackupError::File { path: self.path.clone(), source };
        // An empty file may be there, as at the beginning.
        if fs::metadata(&self.path).is_ok_and(|metadata| metadata.len() == 0) {
            fs::remove_file(&self.path).map_err(failure)?;
        }
        private_files::publish(&self.draft, &self.path).map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => exists(self.database, &self.path),
            _ => failure(source),
        })?;
        private_files::sync_folder_of(&self.path).map_err(failure)
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            _ = fs::remove_file(with_suffix(&self.draft, suffix));
        }
    }
}

fn exists(database: &'static str, file: &Path) -> BackupError {
    BackupError::NotEmpty { database, found: format!("the file {} exists", file.display()) }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

impl<'a> SqliteTarget<'a> {
    /// Creates the schema at `version`; returns its tables, too.
    pub async fn create(part: &'a Part<'a>, version: i64) -> Result<(Self, Vec<Table>), BackupError> {
        let Part { schema, url, .. } = part;
        let address = || OpenError::Address { variable: schema.variable, url: without_password(url) };
        let options = sqlite_options(url).ok_or_else(address)?;
        let files = Files::create(part, options.get_filename().to_owned())?;
        let mut connection = SqliteConnection::connect_with(&options.filename(&files.draft)).await?;
        schema.sqlite.run_to(version, &mut connection).await?;
        let tables = sqlite_tables(&mut connection, schema.derived).await?;
        connection.execute("BEGIN IMMEDIATE").await?;
        // References are checked at the commit, so the order of the tables is free.
        connection.execute("PRAGMA defer_foreign_keys = ON").await?;
        for table in &tables {
            // Rows that migrations have inserted are in the backup, too.
            connection.execute(AssertSqlSafe(format!("DELETE FROM {}", quoted(&table.name)))).await?;
        }
        Ok((Self { connection, schema, files }, tables))
    }

    pub async fn insert(&mut self, table: &Table, rows: Vec<Vec<Value>>) -> Result<(), sqlx::Error> {
        let columns: Vec<_> = table.columns.iter().map(|column| quoted(&column.name)).collect();
        let values: Vec<_> = (1..=columns.len()).map(|number| format!("${number}")).collect();
        let sql =
            format!("INSERT INTO {} ({}) VALUES ({})", quoted(&table.name), columns.join(", "), values.join(", "));
        for row in rows {
            let mut query = sqlx::query(AssertSqlSafe(sql.as_str()));
            for value in row {
                query = match value {
                    Value::Null => query.bind(None::<i64>),
                    Value::Integer(number) => query.bind(number),
                    Value::Text(text) => query.bind(text),
                    Value::Blob(blob) => query.bind(blob.base64),
                };
            }
            query.execute(&mut self.connection).await?;
        }
        Ok(())
    }

    /// Reads the rows of a table.
    pub async fn sum(&mut self, table: &Table) -> Result<TableSum, BackupError> {
        let mut sum = TableSum::default();
        sqlite_rows(&mut self.connection, table, async |row| {
            sum.add(&row);
            Ok(())
        })
        .await?;
        Ok(sum)
    }

    pub async fn complete(&mut self) -> Result<(), BackupError> {
        self.connection.execute("COMMIT").await?;
        Ok(self.schema.sqlite.run(&mut self.connection).await?)
    }

    pub async fn commit(self) -> Result<(), BackupError> {
        // Closing moves everything from the log into the file.
        self.connection.close().await?;
        self.files.publish()
    }
}
