//! Reads a `PostgreSQL` database at one moment, with the rights of the role that serves requests.
//!
//! Row-level security shows the rows of one organization at a time. So the reader visits one after the other within its
//! snapshot. It needs neither the owner, whom the policies bind as well, nor a lock that requests wait for, nor a role with
//! BYPASSRLS, which only a superuser can create and which would open everything to a thief of its password. That no row
//! is missed follows from the policies: a table whose policies do not show all rows of the current organization is
//! refused.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt as _;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _, postgres::PgRow};

use super::{
    catalogue::{Table, postgres_tables},
    error::BackupError,
    part::Part,
    value::{Kind, Value},
};
use crate::kernel::database::{Tenants, connect_postgres, quoted};

/// A connection in a read-only transaction, in which the content stays the same.
pub struct PostgresSource {
    connection: PgConnection,
    tenants: Option<Tenants>,
    /// The ids of all organizations.
    ids: Vec<String>,
    /// The tables that must be read one organization at a time, each with the column of the organization.
    divided: BTreeMap<String, String>,
}

/// A policy that binds this role when it reads: its table, whether it adds rows (and does not only restrict), and its
/// condition.
type Policy = (String, bool, String);

const POLICIES: &str = "SELECT tablename::text, permissive = 'PERMISSIVE', coalesce(qual, 'true') FROM pg_policies p
    JOIN pg_class c ON c.relname = p.tablename AND c.relrowsecurity
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = p.schemaname
    WHERE p.schemaname = current_schema() AND p.cmd IN ('ALL', 'SELECT')
    AND EXISTS (SELECT 1 FROM unnest(p.roles) AS r (name)
        WHERE CASE WHEN r.name = 'public' THEN true ELSE pg_has_role(r.name, 'USAGE') END)";

impl PostgresSource {
    pub async fn open(part: &Part<'_>) -> Result<Self, BackupError> {
        let mut connection = connect_postgres(&part.url, part.schema).await?;
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY").await?;
        let exists = "SELECT to_regclass('_sqlx_migrations') IS NOT NULL";
        if !sqlx::query_scalar::<_, bool>(exists).fetch_one(&mut connection).await? {
            return Err(BackupError::NoSchema { database: part.name });
        }
        let tenants = part.schema.tenants;
        let ids = match tenants {
            Some(tenants) => sqlx::query_scalar(tenants.ids).fetch_all(&mut connection).await?,
            None => Vec::new(),
        };
        Ok(Self { connection, tenants, ids, divided: BTreeMap::new() })
    }

    pub const fn connection(&mut self) -> &mut PgConnection {
        &mut self.connection
    }

    /// Lists the tables.
    ///
    /// # Errors
    /// [`BackupError::Table`] if row-level security could hide rows of one.
    pub async fn tables(&mut self, derived: &[&str]) -> Result<Vec<Table>, BackupError> {
        let tables = postgres_tables(&mut self.connection, derived).await?;
        let policies: Vec<Policy> = sqlx::query_as(POLICIES).fetch_all(&mut self.connection).await?;
        let function = self.tenants.map_or("", |tenants| tenants.function);
        let protected = "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = current_schema() AND c.relrowsecurity";
        let protected: Vec<String> = sqlx::query_scalar(protected).fetch_all(&mut self.connection).await?;
        for table in tables.iter().filter(|table| protected.contains(&table.name)) {
            if let Some(column) = divided_by(table, &policies, function)? {
                self.divided.insert(table.name.clone(), column);
            }
        }
        Ok(tables)
    }

    /// Passes each row of a table to `each`.
    pub async fn rows(
        &mut self,
        table: &Table,
        mut each: impl AsyncFnMut(Vec<Value>) -> Result<(), BackupError>,
    ) -> Result<(), BackupError> {
        let (Some(column), Some(tenants)) = (self.divided.get(&table.name), self.tenants) else {
            return postgres_rows(&mut self.connection, table, None, each).await;
        };
        for id in &self.ids {
            let set = sqlx::query("SELECT set_config($1, $2, true)").bind(tenants.setting).bind(id);
            set.execute(&mut self.connection).await?;
            postgres_rows(&mut self.connection, table, Some((column, id)), &mut each).await?;
        }
        Ok(())
    }

    pub async fn close(self) -> Result<(), sqlx::Error> {
        self.connection.close().await
    }
}

/// Returns the column of the organization if the policies show a table's rows of one organization at a time; `None` if
/// they show all.
fn divided_by(table: &Table, policies: &[Policy], function: &str) -> Result<Option<String>, BackupError> {
    let of_table = || policies.iter().filter(|(name, ..)| *name == table.name);
    if of_table().any(|(_, is_permissive, _)| !is_permissive) {
        return Err(BackupError::table(&table.name, "a restrictive policy may hide rows of it"));
    }
    let mut divided = Err("row-level security may hide rows of it");
    for (_, _, condition) in of_table() {
        if condition == "true" {
            return Ok(None);
        }
        let alternatives = alternatives(condition);
        let shows = |column: &str| {
            let wanted = format!("{column} = {function}");
            alternatives.iter().any(|part| bare(part) == wanted)
        };
        if let Some(column) = table.columns.iter().find(|column| shows(&column.name)) {
            divided = Ok(Some(column.name.clone()));
        }
    }
    divided.map_err(|reason| BackupError::table(&table.name, reason))
}

/// Returns the conditions one of which is enough for `condition`, as `PostgreSQL` writes it. None if it has anything else
/// that may hide what they show.
fn alternatives(condition: &str) -> Vec<String> {
    const OTHERS: [&str; 4] = ["AND", "CASE", "NOT", "SELECT"];
    let mut words = condition.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    // Within quotation marks a parenthesis is none.
    if condition.contains(['\'', '"']) || words.any(|word| OTHERS.iter().any(|other| other.eq_ignore_ascii_case(word)))
    {
        return Vec::new();
    }
    let mut parts: Vec<String> = Vec::new();
    for piece in bare(condition).split(" OR ") {
        match parts.last_mut().filter(|part| !is_balanced(part)) {
            // It belongs to what an earlier parenthesis has opened.
            Some(part) => part.extend([" OR ", piece]),
            None => parts.push(piece.to_owned()),
        }
    }
    parts
}

/// Removes the parentheses around the whole.
fn bare(condition: &str) -> &str {
    let inner = condition.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    inner.filter(|inner| is_balanced(inner)).map_or(condition, bare)
}

/// Whether each parenthesis is closed, and none before it was opened.
fn is_balanced(text: &str) -> bool {
    let depth = text.chars().try_fold(0_usize, |depth, c| match c {
        '(' => Some(depth + 1),
        ')' => depth.checked_sub(1),
        _ => Some(depth),
    });
    depth == Some(0)
}

/// Passes each row of a table to `each`; with `only`, the rows whose column has the id.
pub async fn postgres_rows(
    connection: &mut PgConnection,
    table: &Table,
    only: Option<(&str, &str)>,
    mut each: impl AsyncFnMut(Vec<Value>) -> Result<(), BackupError>,
) -> Result<(), BackupError> {
    let columns: Vec<_> = table.columns.iter().map(|column| read_as(column.kind, &quoted(&column.name))).collect();
    let mut sql = format!("SELECT {} FROM {}", columns.join(", "), quoted(&table.name));
    if let Some((column, _)) = only {
        sql = format!("{sql} WHERE {} = $1::uuid", quoted(column));
    }
    let mut query = sqlx::query(AssertSqlSafe(sql));
    if let Some((_, id)) = only {
        query = query.bind(id);
    }
    let mut rows = query.fetch(connection);
    while let Some(row) = rows.try_next().await? {
        let values = table.columns.iter().enumerate().map(|(index, column)| postgres_value(&row, index, column.kind));
        each(values.collect::<Result<_, _>>()?).await?;
    }
    Ok(())
}

/// Returns the expression that reads a column.
fn read_as(kind: Kind, column: &str) -> String {
    match kind {
        Kind::Uuid => format!("uuid_send({column})"),
        Kind::Boolean => format!("{column}::integer::bigint"),
        Kind::Integer => format!("{column}::bigint"),
        Kind::Date => format!("to_char({column}, 'YYYY-MM-DD')"),
        Kind::Text | Kind::Blob | Kind::Time => column.to_owned(),
    }
}

fn postgres_value(row: &PgRow, index: usize, kind: Kind) -> Result<Value, sqlx::Error> {
    let value = match kind {
        Kind::Uuid | Kind::Blob => row.try_get::<Option<_>, _>(index)?.map(Value::blob),
        Kind::Boolean | Kind::Integer => row.try_get::<Option<_>, _>(index)?.map(Value::Integer),
        Kind::Text | Kind::Date => row.try_get::<Option<_>, _>(index)?.map(Value::Text),
        Kind::Time => row.try_get::<Option<DateTime<Utc>>, _>(index)?.map(Value::time),
    };
    Ok(value.unwrap_or(Value::Null))
}

#[cfg(test)]
mod tests {
    use super::{super::catalogue::Column, *};

    fn divided(policies: &[(bool, &str)]) -> Result<Option<String>, String> {
        let column = |name: &str| Column { name: name.to_owned(), kind: Kind::Uuid };
        let table = Table { name: "seat".to_owned(), columns: vec![column("browser_id"), column("org_id")] };
        let policy =
            |(is_permissive, condition): &(bool, &str)| ("seat".to_owned(), *is_permissive, (*condition).to_owned());
        let policies: Vec<_> = policies.iter().map(policy).collect();
        divided_by(&table, &policies, "app_org_id()").map_err(|error| error.to_string())
    }

    #[test]
    fn only_policies_that_show_every_row_are_accepted() {
        let by_organization = Ok(Some("org_id".to_owned()));
        assert_eq!(divided(&[(true, "(org_id = app_org_id())")]), by_organization);
        assert_eq!(
            divided(&[(true, "((browser_id = app_browser_id()) OR (org_id = app_org_id()) OR f())")]),
            by_organization
        );
        assert_eq!(divided(&[(true, "f()"), (true, "(org_id = app_org_id())")]), by_organization);
        assert_eq!(
            divided(&[(true, "(NOT f())"), (true, "((org_id = app_org_id()) OR (f() OR g()))")]),
            by_organization
        );
        assert_eq!(divided(&[(true, "true")]), Ok(None));
        for hidden in [
            &[] as &[_],
            &[(true, "(browser_id = app_browser_id())")],
            &[(true, "((org_id = app_org_id()) AND f())")],
            &[(true, "(org_id = app_org_id())"), (false, "f()")],
            &[(true, "true"), (false, "f()")],
            &[(true, "(NOT (org_id = app_org_id()))")],
            &[(true, "(NOT (f() OR (org_id = app_org_id()) OR g()))")],
            &[(true, "((f() OR (org_id = app_org_id()) OR g()) IS FALSE)")],
            &[(true, "f((g() OR (org_id = app_org_id()) OR h()))")],
            &[(true, "CASE WHEN (f() OR (org_id = app_org_id()) OR g()) THEN f() ELSE g() END")],
            &[(true, "(( SELECT (f() OR (org_id = app_org_id()) OR g())) = f())")],
            &[(true, "(f('('::text) OR (org_id = app_org_id()) OR g())")],
            &[(true, "(other_org_id = app_org_id())")],
        ] {
            let refused = divided(hidden).unwrap_err();
            assert!(refused.contains("seat"), "{refused}");
        }
    }
}
