//! The tables and columns of a database, as its catalogue has them.

use std::collections::BTreeMap;

use sqlx::{PgConnection, SqliteConnection};

use super::{error::BackupError, value::Kind};

/// The table in which sqlx records the migrations that have run.
pub const MIGRATIONS: &str = "_sqlx_migrations";

/// A table whose rows are copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    /// In the order of their names, which is the same in both databases.
    pub columns: Vec<Column>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
}

impl Table {
    pub fn column_names(&self) -> Vec<String> {
        self.columns.iter().map(|column| column.name.clone()).collect()
    }
}

/// A column as the catalogue has it: table, name, type, and whether the database makes its values.
type Row = (String, String, String, bool);

/// Lists the tables of a `SQLite` database. Its own tables and those that store a virtual table are none.
pub async fn sqlite_tables(connection: &mut SqliteConnection, derived: &[&str]) -> Result<Vec<Table>, BackupError> {
    const SQL: &str = "SELECT t.name, c.name, lower(c.type), c.hidden <> 0
        FROM pragma_table_list t JOIN pragma_table_xinfo(t.name) c
        WHERE t.schema = 'main' AND t.type IN ('table', 'virtual') AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    tables(sqlx::query_as(SQL).fetch_all(connection).await?, derived)
}

/// Lists the tables of the current schema of a `PostgreSQL` database.
pub async fn postgres_tables(connection: &mut PgConnection, derived: &[&str]) -> Result<Vec<Table>, BackupError> {
    const SQL: &str = "SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod),
            a.attidentity <> '' OR a.attgenerated <> ''
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema()
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p', 'f', 'm')";
    tables(sqlx::query_as(SQL).fetch_all(connection).await?, derived)
}

fn tables(rows: Vec<Row>, derived: &[&str]) -> Result<Vec<Table>, BackupError> {
    let mut tables: BTreeMap<String, Vec<Column>> = BTreeMap::new();
    for (table, name, type_name, is_generated) in rows {
        if table == MIGRATIONS || derived.contains(&table.as_str()) {
            continue;
        }
        let kind = Kind::of(&type_name).filter(|_| !is_generated);
        let kind = kind.ok_or_else(|| {
            BackupError::table(
                &table,
                format!("column {name} has the type {type_name}, or the database makes its values"),
            )
        })?;
        tables.entry(table).or_default().push(Column { name, kind });
    }
    let sorted = |(name, mut columns): (String, Vec<Column>)| {
        columns.sort_by(|a, b| a.name.cmp(&b.name));
        Table { name, columns }
    };
    Ok(tables.into_iter().map(sorted).collect())
}

#[cfg(test)]
mod tests {
    use sqlx::{Connection as _, Executor as _};

    use super::*;

    async fn database(sql: &'static str) -> SqliteConnection {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        connection.execute(sql).await.unwrap();
        connection
    }

    #[tokio::test]
    async fn every_table_is_found_but_the_derived_ones() {
        let mut connection = database(
            "CREATE TABLE b (z INTEGER PRIMARY KEY, a TEXT) STRICT; CREATE TABLE a (x BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
             CREATE VIRTUAL TABLE words USING fts5 (w); CREATE TABLE _sqlx_migrations (version BIGINT);",
        )
        .await;
        let found = sqlite_tables(&mut connection, &["words"]).await.unwrap();
        let names: Vec<_> = found.iter().map(|table| (table.name.as_str(), table.column_names())).collect();
        assert_eq!(names, [("a", vec!["x".to_owned()]), ("b", vec!["a".to_owned(), "z".to_owned()])]);
    }

    #[tokio::test]
    async fn a_column_that_cannot_be_copied_is_refused() {
        for sql in [
            "CREATE TABLE t (id INTEGER PRIMARY KEY, x REAL) STRICT",
            "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT AS ('made') STORED) STRICT",
            "CREATE VIRTUAL TABLE t USING fts5 (x)",
        ] {
            let error = sqlite_tables(&mut database(sql).await, &[]).await.expect_err(sql).to_string();
            assert!(error.contains("Table t ") && error.contains("column "), "{error}");
        }
    }
}
