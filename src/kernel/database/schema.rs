//! What is opened as a database, and why that can fail.

use sqlx::migrate::{MigrateError, Migrator};

/// Returns `name` as an SQL identifier, which is written the same way for both kinds of databases.
#[must_use]
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The schema of a database: its migrations and the setup of connections.
#[derive(Debug)]
pub struct Schema {
    /// Environment variable that contains the address, for error messages.
    pub variable: &'static str,
    /// Environment variable that contains the address of the owner on `PostgreSQL`, for error messages.
    pub migration_variable: &'static str,
    /// The `application_name` of `PostgreSQL` connections.
    pub application_name: &'static str,
    pub sqlite: Migrator,
    pub postgres: Migrator,
    /// Statements that the owner runs on `PostgreSQL` before the migrations.
    pub before_migrating: &'static [&'static str],
    /// Statements that the owner runs on `PostgreSQL` after the migrations. `{login}` is the role that serves requests.
    pub after_migrating: &'static [&'static str],
    /// Statement to run on each new `PostgreSQL` connection of the pool.
    pub on_connect: Option<&'static str>,
    /// Tables that the database fills from others, so that a backup leaves them out.
    pub derived: &'static [&'static str],
    /// How to read all rows although row-level security shows those of one tenant; `None` without row-level security.
    pub tenants: Option<Tenants>,
    /// SQL for the operator that creates the role which serves requests, and the owner.
    pub roles: &'static str,
}

/// How row-level security of a schema tells tenants apart.
#[derive(Clone, Copy, Debug)]
pub struct Tenants {
    /// The setting that names the tenant of a transaction.
    pub setting: &'static str,
    /// The function that policies call for it.
    pub function: &'static str,
    /// Query of the ids of all tenants, as text.
    pub ids: &'static str,
}

/// Why a database could not be opened. The message is for the operator.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address is invalid.
    #[error(
        "{variable} is “{url}”, which is not an address of a database. Use sqlite://data/tessera.db or \
         postgres://user:password@host/name."
    )]
    Address {
        variable: &'static str,
        /// The address without its password.
        url: String,
    },
    /// The connection failed.
    #[error(
        "The database at {variable} ({url}) cannot be opened: {source}. Check that it runs and that its name, user and \
         password are right."
    )]
    Connect { variable: &'static str, url: String, source: sqlx::Error },
    /// Another process has the `SQLite` file open.
    #[error("The database {url} is in use. Stop the server that uses it, and try again.")]
    InUse { url: String },
    /// A migration failed.
    #[error(
        "The database at {variable} ({url}) cannot be brought up to date: {source}. On PostgreSQL, the user of this \
         address must own the database."
    )]
    Migrate { variable: &'static str, url: String, source: MigrateError },
    /// The role of the address could get around row-level security, or change the schema.
    #[error(
        "Tessera does not work as the PostgreSQL role “{login}” of {variable}, because this role {reason}: row-level \
         security would not bind it. Create two roles, as a superuser of the database:\n\n{roles}\n\nThen set \
         {variable} to the address of the first role and {migration_variable} to the address of the owner. If a role \
         exists already, use ALTER ROLE … LOGIN PASSWORD … instead of CREATE ROLE. docs/postgresql.md says more."
    )]
    Role {
        variable: &'static str,
        migration_variable: &'static str,
        login: String,
        reason: String,
        roles: &'static str,
    },
    /// Migrations are missing, or the role of the address may not use the tables.
    #[error(
        "The database at {variable} ({url}) is older than this program, or its user has no rights to the tables. Set \
         {migration_variable} to the address of the owner of the database, and start again. docs/postgresql.md says \
         more."
    )]
    Outdated { variable: &'static str, migration_variable: &'static str, url: String },
}

/// Returns an address for messages.
pub fn without_password(url: &str) -> String {
    url::Url::parse(url).map_or_else(
        |_| url.split('@').next_back().unwrap_or_default().to_owned(),
        |mut parsed| {
            if parsed.password().is_some() {
                _ = parsed.set_password(Some("…"));
                return parsed.to_string().replace("%E2%80%A6", "…");
            }
            parsed.to_string()
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_password_hides_the_password() {
        assert_eq!(without_password("postgres://me:secret@host/db"), "postgres://me:…@host/db");
        assert_eq!(without_password("postgres://me@host/db"), "postgres://me@host/db");
        assert!(!without_password("not a url me:secret@host").contains("secret"));
    }
}
