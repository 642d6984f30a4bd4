//! The provider's database: functions that run in a transaction.
//!
//! Functions that find a row return `Ok(None)` if there is none. An operation that writes begins with
//! [`Database::write`] and commits once, so that all of its changes are stored or none.

pub mod administrators;
pub mod apis;
pub mod assertions;
pub mod client_grants;
pub mod clients;
pub mod codes;
pub mod connection_clients;
pub mod connections;
pub mod consents;
pub mod console_queries;
pub mod discovery_domains;
pub mod events;
pub mod federated_logins;
pub mod grants;
pub mod invitations;
pub mod join_rules;
pub mod keys;
pub mod keyset;
pub mod known_browsers;
pub mod login_transactions;
pub mod mails;
pub mod member_roles;
pub mod members;
pub mod organization_client_grants;
pub mod organization_connections;
pub mod organizations;
pub mod password_attempts;
pub mod profiles;
pub mod role_permissions;
pub mod roles;
pub mod sealed;
pub mod seeds;
pub mod sessions;
pub mod settings;
pub mod sign_ups;
pub mod tickets;
pub mod tokens;
pub mod user_organizations;
pub mod user_permissions;
pub mod user_roles;
pub mod users;

use serde::de::DeserializeOwned;

use crate::{
    idp::error::Error,
    kernel::database::{Database, Durability, Schema},
};

/// Opens and migrates the database at `url`. On `PostgreSQL`, the provider uses its own schema and can share a database
/// with the application; `migration_url` is the address of the owner.
pub async fn open(url: &str, migration_url: Option<&str>, durability: Durability) -> Result<Database, Error> {
    Ok(Database::open(url, migration_url, &schema(), durability).await?)
}

/// The schema of the provider's database.
#[must_use]
pub fn schema() -> Schema {
    Schema {
        variable: "IDP_DATABASE_URL",
        migration_variable: "IDP_MIGRATION_DATABASE_URL",
        application_name: "tessera-idp",
        sqlite: sqlx::migrate!("migrations/idp/sqlite"),
        postgres: sqlx::migrate!("migrations/idp/postgres"),
        before_migrating: &["CREATE SCHEMA IF NOT EXISTS identity_provider", "SET search_path TO identity_provider"],
        after_migrating: &[
            "GRANT USAGE ON SCHEMA identity_provider TO {login}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA identity_provider TO {login}",
            "REVOKE INSERT, UPDATE, DELETE ON _sqlx_migrations FROM {login}",
            "GRANT USAGE ON ALL SEQUENCES IN SCHEMA identity_provider TO {login}",
        ],
        on_connect: Some("SET search_path TO identity_provider"),
        derived: &[],
        tenants: None,
        roles: "CREATE ROLE tessera_idp LOGIN PASSWORD 'first secret';\n\
                CREATE ROLE tessera_owner LOGIN PASSWORD 'second secret';\n\
                CREATE DATABASE tessera OWNER tessera_owner;",
    }
}

/// Lists column names with a table alias: `columns!("t.", "id", "name")` is `t.id, t.name`.
macro_rules! columns {
    ($alias:literal, $first:literal $(, $rest:literal)*) => {
        concat!($alias, $first $(, ", ", $alias, $rest)*)
    };
}

pub(in crate::idp) use columns;

/// A column that stores its value as JSON text.
#[derive(Clone, Debug)]
pub struct JsonText<T>(pub T);

impl<T: DeserializeOwned> TryFrom<String> for JsonText<T> {
    type Error = serde_json::Error;

    fn try_from(text: String) -> Result<Self, serde_json::Error> {
        serde_json::from_str(&text).map(Self)
    }
}

/// A nullable column that stores its value as JSON text.
#[derive(Clone, Debug)]
pub struct OptionalJsonText<T>(pub Option<T>);

impl<T: DeserializeOwned> TryFrom<Option<String>> for OptionalJsonText<T> {
    type Error = serde_json::Error;

    fn try_from(text: Option<String>) -> Result<Self, serde_json::Error> {
        text.map(|text| serde_json::from_str(&text)).transpose().map(Self)
    }
}

/// Serializes `value` as JSON text for a column.
pub fn json_text(value: &impl serde::Serialize) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(error.into()))
}

/// Whether `error` is the violation of a unique constraint.
pub fn is_taken(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}
