//! Fills an empty `PostgreSQL` schema in one transaction of its owner.
//!
//! Row-level security is forced on the owner, too. The transaction lifts that for itself: it creates the tables, so nobody
//! sees them before its end, when it is forced again. A reference may lead to a row that comes later, also in the same
//! table, so the transaction makes all references deferrable and then checks them.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, Executor as _};

use super::{
    catalogue::{Table, postgres_tables},
    error::BackupError,
    part::Part,
    postgres_source::postgres_rows,
    value::{Kind, TableSum, Value},
};
use crate::kernel::database::{OwnerTx, Schema, quoted};

/// A schema that is being filled.
pub struct PostgresTarget<'a> {
    owner: OwnerTx,
    schema: &'a Schema,
    /// The tables on whose owner row-level security is forced.
    forced: BTreeSet<String>,
    /// The references that are not deferrable: table and name.
    references: Vec<(String, String)>,
}

const RELATIONS: &str = "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') ORDER BY 1";
const FORCED: &str = "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relforcerowsecurity";
const REFERENCES: &str = "SELECT c.relname::text, r.conname::text FROM pg_constraint r
    JOIN pg_class c ON c.oid = r.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND r.contype = 'f' AND r.conparentid = 0 AND NOT r.condeferrable";

impl<'a> PostgresTarget<'a> {
    /// Creates the schema at `version`; returns its tables, too.
    pub async fn create(part: &'a Part<'a>, version: i64) -> Result<(Self, Vec<Table>), BackupError> {
        let Part { schema, url, owner_url, .. } = part;
        let no_owner = || BackupError::NoOwner { variable: schema.migration_variable };
        let mut owner = OwnerTx::begin(url, owner_url.as_deref().ok_or_else(no_owner)?, schema).await?;
        let found: Vec<String> = sqlx::query_scalar(RELATIONS).fetch_all(&mut *owner.tx).await?;
        if !found.is_empty() {
            return Err(BackupError::NotEmpty { database: part.name, found: list(&found) });
        }
        schema.postgres.run_to(version, &mut *owner.tx).await?;
        let tables = postgres_tables(&mut owner.tx, schema.derived).await?;
        let mut target = Self { owner, schema, forced: BTreeSet::new(), references: Vec::new() };
        target.relax(&tables).await?;
        Ok((target, tables))
    }

    async fn relax(&mut self, tables: &[Table]) -> Result<(), BackupError> {
        self.forced = self.forced().await?;
        for table in &self.forced {
            self.owner.alter(table, "NO FORCE ROW LEVEL SECURITY").await?;
        }
        self.references = sqlx::query_as(REFERENCES).fetch_all(&mut *self.owner.tx).await?;
        for (table, name) in &self.references {
            let alteration = format!("ALTER CONSTRAINT {} DEFERRABLE INITIALLY DEFERRED", quoted(name));
            self.owner.alter(table, &alteration).await?;
        }
        for table in tables {
            // Rows that migrations have inserted are in the backup, too.
            self.owner.tx.execute(AssertSqlSafe(format!("DELETE FROM {}", quoted(&table.name)))).await?;
        }
        Ok(())
    }

    async fn forced(&mut self) -> Result<BTreeSet<String>, sqlx::Error> {
        Ok(sqlx::query_scalar(FORCED).fetch_all(&mut *self.owner.tx).await?.into_iter().collect())
    }

    pub async fn insert(&mut self, table: &Table, rows: Vec<Vec<Value>>) -> Result<(), sqlx::Error> {
        let (mut names, mut sources, mut types) = (Vec::new(), Vec::new(), Vec::new());
        for (index, column) in table.columns.iter().enumerate() {
            let (array, expression) = written_as(column.kind, &format!("c{index}"));
            names.push(quoted(&column.name));
            sources.push(expression);
            types.push(format!("${}::{array}[]", index + 1));
        }
        let aliases: Vec<_> = (0..names.len()).map(|index| format!("c{index}")).collect();
        let sql = format!(
            "INSERT INTO {} ({}) SELECT {} FROM unnest({}) AS rows ({})",
            quoted(&table.name),
            names.join(", "),
            sources.join(", "),
            types.join(", "),
            aliases.join(", "),
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        let mut columns: Vec<Vec<Value>> = table.columns.iter().map(|_| Vec::with_capacity(rows.len())).collect();
        for row in rows {
            columns.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
        }
        for (values, column) in columns.into_iter().zip(&table.columns) {
            let values = values.into_iter();
            query = match column.kind {
                Kind::Integer | Kind::Boolean => query.bind(values.map(Value::into_integer).collect::<Vec<_>>()),
                Kind::Text | Kind::Time | Kind::Date => query.bind(values.map(Value::into_text).collect::<Vec<_>>()),
                Kind::Blob | Kind::Uuid => query.bind(values.map(Value::into_bytes).collect::<Vec<_>>()),
            };
        }
        query.execute(&mut *self.owner.tx).await.map(|_| ())
    }

    /// Reads the rows of a table.
    pub async fn sum(&mut self, table: &Table) -> Result<TableSum, BackupError> {
        let mut sum = TableSum::default();
        postgres_rows(&mut self.owner.tx, table, None, async |row| {
            sum.add(&row);
            Ok(())
        })
        .await?;
        Ok(sum)
    }

    /// Checks the references, protects the tables as before, and migrates the schema.
    pub async fn complete(&mut self) -> Result<(), BackupError> {
        self.owner.tx.execute("SET CONSTRAINTS ALL IMMEDIATE").await?;
        for (table, name) in &self.references {
            self.owner.alter(table, &format!("ALTER CONSTRAINT {} NOT DEFERRABLE", quoted(name))).await?;
        }
        self.owner.tx.execute("SET CONSTRAINTS ALL DEFERRED").await?;
        for table in &self.forced {
            self.owner.alter(table, "FORCE ROW LEVEL SECURITY").await?;
        }
        let forced = self.forced().await?;
        if let Some(table) = self.forced.difference(&forced).next() {
            return Err(BackupError::table(table, "its row-level security is not forced"));
        }
        Ok(self.schema.postgres.run(&mut *self.owner.tx).await?)
    }

    pub async fn commit(self) -> Result<(), BackupError> {
        Ok(self.owner.commit(self.schema).await?)
    }
}

/// Returns the type of the parameter for a column, and the expression of its value.
fn written_as(kind: Kind, value: &str) -> (&'static str, String) {
    match kind {
        Kind::Integer => ("bigint", value.to_owned()),
        Kind::Boolean => ("bigint", format!("{value} <> 0")),
        Kind::Text => ("text", value.to_owned()),
        Kind::Time => ("text", format!("{value}::timestamptz")),
        Kind::Date => ("text", format!("{value}::date")),
        Kind::Blob => ("bytea", value.to_owned()),
        Kind::Uuid => ("bytea", format!("encode({value}, 'hex')::uuid")),
    }
}

/// Lists the first names, and counts the others.
fn list(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let first = names.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => format!("it has {first}"),
        more => format!("it has {first} and {more} more"),
    }
}
