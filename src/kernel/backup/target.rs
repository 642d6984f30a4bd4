//! Fills an empty database. Until [`Target::commit`] nobody else sees anything of it.

use super::{
    catalogue::Table,
    error::BackupError,
    format::{DatabaseHeader, Header, TableStart},
    part::Part,
    postgres_target::PostgresTarget,
    sqlite_target::SqliteTarget,
    value::{TableSum, Value},
};
use crate::kernel::database::Driver;

/// Number of rows, and about the number of bytes, that are inserted at once.
const BATCH_ROWS: usize = 1_000;
const BATCH_BYTES: usize = 4 << 20;

/// A database that is being filled.
pub struct Target<'a> {
    inner: Inner<'a>,
    tables: Vec<Table>,
    /// What was inserted into each table; `None` before its rows came.
    sums: Vec<Option<TableSum>>,
    current: usize,
    batch: Vec<Vec<Value>>,
    batch_bytes: usize,
}

enum Inner<'a> {
    Sqlite(SqliteTarget<'a>),
    Postgres(PostgresTarget<'a>),
}

impl<'a> Target<'a> {
    /// Creates the schema as it was in the database that `database` describes.
    ///
    /// # Errors
    /// [`BackupError::NotEmpty`] and [`BackupError::Newer`].
    pub async fn create(part: &'a Part<'a>, database: &DatabaseHeader, header: &Header) -> Result<Self, BackupError> {
        let version = part.version_of(database, header)?;
        let (inner, tables) = match part.driver() {
            Driver::Sqlite => {
                let (target, tables) = SqliteTarget::create(part, version).await?;
                (Inner::Sqlite(target), tables)
            }
            Driver::Postgres => {
                let (target, tables) = PostgresTarget::create(part, version).await?;
                (Inner::Postgres(target), tables)
            }
        };
        let sums = vec![None; tables.len()];
        Ok(Self { inner, tables, sums, current: 0, batch: Vec::new(), batch_bytes: 0 })
    }

    /// Starts a table.
    pub fn begin_table(&mut self, start: &TableStart) -> Result<(), BackupError> {
        let unknown = || BackupError::table(&start.table, "the schema of the backup has no such table");
        self.current = self.tables.iter().position(|table| table.name == start.table).ok_or_else(unknown)?;
        if self.tables[self.current].column_names() != start.columns {
            return Err(BackupError::table(&start.table, "its columns differ from those of the backup"));
        }
        match self.sums[self.current].replace(TableSum::default()) {
            None => Ok(()),
            Some(_) => Err(BackupError::table(&start.table, "the backup has it twice")),
        }
    }

    /// Inserts a row.
    pub async fn row(&mut self, row: Vec<Value>) -> Result<(), BackupError> {
        let table = &self.tables[self.current];
        let stored = row.into_iter().zip(&table.columns).map(|(value, column)| {
            let reason = |reason| BackupError::table(&table.name, format!("column {}: {reason}", column.name));
            value.stored_as(column.kind).map_err(reason)
        });
        let stored = stored.collect::<Result<Vec<_>, _>>()?;
        self.sums[self.current].get_or_insert_default().add(&stored);
        self.batch_bytes += stored.iter().map(Value::size).sum::<usize>();
        self.batch.push(stored);
        if self.batch.len() >= BATCH_ROWS || self.batch_bytes >= BATCH_BYTES { self.insert().await } else { Ok(()) }
    }

    /// Inserts what is left of the table's rows.
    pub async fn end_table(&mut self) -> Result<(), BackupError> {
        self.insert().await
    }

    async fn insert(&mut self) -> Result<(), BackupError> {
        self.batch_bytes = 0;
        let (table, rows) = (&self.tables[self.current], std::mem::take(&mut self.batch));
        let inserted = match &mut self.inner {
            Inner::Sqlite(target) => target.insert(table, rows).await,
            Inner::Postgres(target) => target.insert(table, rows).await,
        };
        inserted.map_err(|error| BackupError::table(&table.name, error.to_string()))
    }

    /// Reads every row back and compares it with what was inserted, checks all references, and migrates the schema to the
    /// version of this program.
    ///
    /// # Errors
    /// [`BackupError::Table`] names the table that is missing or differs.
    pub async fn complete(&mut self) -> Result<(), BackupError> {
        for (table, inserted) in self.tables.iter().zip(&self.sums) {
            let inserted = inserted.as_ref().ok_or_else(|| BackupError::table(&table.name, "the backup lacks it"))?;
            let read = match &mut self.inner {
                Inner::Sqlite(target) => target.sum(table).await?,
                Inner::Postgres(target) => target.sum(table).await?,
            };
            if read != *inserted {
                return Err(BackupError::table(&table.name, "the new database returns other rows than were inserted"));
            }
        }
        match &mut self.inner {
            Inner::Sqlite(target) => target.complete().await,
            Inner::Postgres(target) => target.complete().await,
        }
    }

    /// Makes the database visible.
    pub async fn commit(self) -> Result<(), BackupError> {
        match self.inner {
            Inner::Sqlite(target) => target.commit().await,
            Inner::Postgres(target) => target.commit().await,
        }
    }
}
