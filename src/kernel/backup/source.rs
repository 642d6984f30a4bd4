//! Reads a database at one moment, while others write to it.

use futures_util::TryStreamExt as _;
use sqlx::{
    AssertSqlSafe, Connection as _, Executor as _, Row as _, SqliteConnection, TypeInfo as _, ValueRef as _,
    sqlite::SqliteRow,
};

use super::{
    catalogue::{MIGRATIONS, Table, sqlite_tables},
    error::BackupError,
    format::DatabaseHeader,
    part::Part,
    postgres_source::PostgresSource,
    value::Value,
};
use crate::kernel::database::{Driver, open_sqlite_file, quoted};

/// A database whose content stays the same until the value is dropped.
pub struct Source {
    pub header: DatabaseHeader,
    pub tables: Vec<Table>,
    inner: Inner,
}

enum Inner {
    Sqlite(SqliteConnection),
    Postgres(PostgresSource),
}

impl Source {
    /// Opens a database and remembers this moment.
    pub async fn open(part: &Part<'_>) -> Result<Self, BackupError> {
        let derived = part.schema.derived;
        let driver = part.driver();
        let (inner, tables, migrations) = match driver {
            Driver::Sqlite => {
                let mut connection = open_sqlite_file(&part.url, part.schema, part.is_exclusive).await?;
                // The first statement that reads takes the snapshot.
                connection.execute("BEGIN").await?;
                let tables = sqlite_tables(&mut connection, derived).await?;
                if !has_migrations(&mut connection).await? {
                    return Err(BackupError::NoSchema { database: part.name });
                }
                let migrations = sqlx::query_scalar(APPLIED).fetch_all(&mut connection).await?;
                (Inner::Sqlite(connection), tables, migrations)
            }
            Driver::Postgres => {
                let mut source = PostgresSource::open(part).await?;
                let tables = source.tables(derived).await?;
                let migrations = sqlx::query_scalar(APPLIED).fetch_all(source.connection()).await?;
                (Inner::Postgres(source), tables, migrations)
            }
        };
        let header = DatabaseHeader { name: part.name.to_owned(), driver: driver.into(), migrations };
        Ok(Self { header, tables, inner })
    }

    /// Passes each row of the table at `index` to `each`.
    pub async fn rows(
        &mut self,
        index: usize,
        each: impl AsyncFnMut(Vec<Value>) -> Result<(), BackupError>,
    ) -> Result<(), BackupError> {
        match &mut self.inner {
            Inner::Sqlite(connection) => sqlite_rows(connection, &self.tables[index], each).await,
            Inner::Postgres(source) => source.rows(&self.tables[index], each).await,
        }
    }

    /// Ends the connection.
    pub async fn close(self) -> Result<(), BackupError> {
        match self.inner {
            Inner::Sqlite(connection) => connection.close().await?,
            Inner::Postgres(source) => source.close().await?,
        }
        Ok(())
    }
}

const APPLIED: &str = "SELECT version FROM _sqlx_migrations WHERE success ORDER BY version";

async fn has_migrations(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1)";
    sqlx::query_scalar(sql).bind(MIGRATIONS).fetch_one(connection).await
}

/// Passes each row of a table in a `SQLite` database to `each`.
pub async fn sqlite_rows(
    connection: &mut SqliteConnection,
    table: &Table,
    mut each: impl AsyncFnMut(Vec<Value>) -> Result<(), BackupError>,
) -> Result<(), BackupError> {
    let columns: Vec<_> = table.columns.iter().map(|column| quoted(&column.name)).collect();
    let sql = format!("SELECT {} FROM {}", columns.join(", "), quoted(&table.name));
    let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(connection);
    while let Some(row) = rows.try_next().await? {
        let mut values = Vec::with_capacity(table.columns.len());
        for (index, column) in table.columns.iter().enumerate() {
            let reason = |error| BackupError::table(&table.name, format!("column {}: {error}", column.name));
            values.push(sqlite_value(&row, index).map_err(reason)?);
        }
        each(values).await?;
    }
    Ok(())
}

/// Returns the value as it is stored, whatever type its column declares.
fn sqlite_value(row: &SqliteRow, index: usize) -> Result<Value, String> {
    let raw = row.try_get_raw(index).map_err(|error| error.to_string())?;
    if raw.is_null() {
        return Ok(Value::Null);
    }
    let value = match raw.type_info().name() {
        "INTEGER" => row.try_get_unchecked(index).map(Value::Integer),
        "TEXT" => row.try_get_unchecked(index).map(Value::Text),
        "BLOB" => row.try_get_unchecked(index).map(Value::blob),
        other => return Err(format!("a value has the type {other}")),
    };
    value.map_err(|error| error.to_string())
}
