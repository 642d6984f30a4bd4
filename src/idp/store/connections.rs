//! Connections: the password databases of this provider, and other issuers.

use serde_json::{Map, Value, json};

use crate::{
    idp::{
        id::{ConnectionId, OrganizationId},
        password::policy::Policy,
        store::{
            JsonText, OptionalJsonText, json_text,
            keyset::{Cursor, Keyed, KeysetPage},
        },
    },
    kernel::{
        database::{
            Tx,
            query::{execute, exists, fetch_all, fetch_one, fetch_optional, scalar_one},
        },
        unix_time::UnixTime,
    },
};

/// Name of the seeded database connection, as in Auth0.
pub const DEFAULT: &str = "Username-Password-Authentication";

/// Kind of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Strategy {
    /// A password database of this provider.
    Auth0,
    /// An `OpenID` Connect issuer.
    Oidc,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Connection {
    pub id: ConnectionId,
    pub name: String,
    pub display_name: Option<String>,
    pub strategy: Strategy,
    /// Options as in the Management API.
    #[sqlx(try_from = "String")]
    pub options: JsonText<Map<String, Value>>,
    #[sqlx(try_from = "Option<String>")]
    pub metadata: OptionalJsonText<Map<String, Value>>,
    pub show_as_button: bool,
    pub is_domain_connection: bool,
    pub created_at: UnixTime,
}

/// Columns of [`Connection`], with a table alias such as `t.` or none.
macro_rules! connection_columns {
    ($alias:literal) => {
        $crate::idp::store::columns!(
            $alias,
            "id",
            "name",
            "display_name",
            "strategy",
            "options",
            "metadata",
            "show_as_button",
            "is_domain_connection",
            "created_at"
        )
    };
}

pub(in crate::idp) use connection_columns;

impl Keyed for Connection {
    fn cursor(&self) -> Cursor {
        Cursor::new(self.created_at, &self.id)
    }
}

impl Connection {
    /// Returns the requirements for new passwords.
    pub fn password_policy(&self) -> Policy {
        Policy::of(&self.options.0)
    }

    /// Whether users may sign up.
    pub fn is_sign_up_enabled(&self) -> bool {
        self.strategy == Strategy::Auth0 && self.options.0.get("disable_signup") != Some(&Value::Bool(true))
    }
}

pub async fn find(tx: &mut Tx, id: &ConnectionId) -> sqlx::Result<Option<Connection>> {
    fetch_optional!(tx, _, concat!("SELECT ", connection_columns!(""), " FROM connections WHERE id = $1"), id)
}

pub async fn by_name(tx: &mut Tx, name: &str) -> sqlx::Result<Option<Connection>> {
    fetch_optional!(tx, _, concat!("SELECT ", connection_columns!(""), " FROM connections WHERE name = $1"), name)
}

/// Finds the seeded database connection.
pub async fn default(tx: &mut Tx) -> sqlx::Result<Connection> {
    fetch_one!(tx, _, concat!("SELECT ", connection_columns!(""), " FROM connections WHERE name = $1"), DEFAULT)
}

/// Inserts the default connection if it is missing.
pub async fn insert_default(tx: &mut Tx, id: &ConnectionId, now: UnixTime) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO connections (id, name, strategy, options, created_at) VALUES ($1, $2, 'auth0', $3, $4)
         ON CONFLICT (name) DO NOTHING",
        id,
        DEFAULT,
        json_text(&default_options())?,
        now,
    )?;
    Ok(())
}

/// Returns the initial options: at least eight characters, and no common passwords.
fn default_options() -> Value {
    json!({
        "disable_signup": false,
        "passwordPolicy": "low",
        "password_complexity_options": {"min_length": 8},
        "password_dictionary": {"enable": true, "dictionary": []},
    })
}

/// Whether users may sign up, for the organization if given.
pub async fn is_sign_up_open(tx: &mut Tx, organization: Option<&OrganizationId>) -> sqlx::Result<bool> {
    let connection = default(tx).await?;
    let Some(organization) = organization.filter(|_| connection.is_sign_up_enabled()) else {
        return Ok(connection.is_sign_up_enabled());
    };
    exists!(
        tx,
        "SELECT 1 FROM organization_connections
             WHERE organization_id = $1 AND connection_id = $2 AND is_signup_enabled",
        organization,
        &connection.id,
    )
}

/// Inserts the connection. Returns false if its id or name is taken.
pub async fn insert(tx: &mut Tx, connection: &Connection) -> sqlx::Result<bool> {
    let inserted = execute!(
        tx,
        "INSERT INTO connections (id, name, display_name, strategy, options, metadata, show_as_button,
             is_domain_connection, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
        &connection.id,
        &connection.name,
        &connection.display_name,
        connection.strategy,
        json_text(&connection.options.0)?,
        connection.metadata.0.as_ref().map(json_text).transpose()?,
        connection.show_as_button,
        connection.is_domain_connection,
        connection.created_at,
    )?;
    Ok(inserted == 1)
}

/// Updates all columns except id, name and strategy. Returns false if the connection does not exist.
pub async fn update(tx: &mut Tx, connection: &Connection) -> sqlx::Result<bool> {
    let updated = execute!(
        tx,
        "UPDATE connections SET display_name = $2, options = $3, metadata = $4, show_as_button = $5,
             is_domain_connection = $6
         WHERE id = $1",
        &connection.id,
        &connection.display_name,
        json_text(&connection.options.0)?,
        connection.metadata.0.as_ref().map(json_text).transpose()?,
        connection.show_as_button,
        connection.is_domain_connection,
    )?;
    Ok(updated == 1)
}

/// Criteria of a list. A field that is absent matches all connections.
#[derive(Clone, Debug, Default)]
pub struct Filter<'a> {
    pub name: Option<&'a str>,
    /// Strategies to list; an empty list matches all.
    pub strategies: Vec<Strategy>,
}

impl Filter<'_> {
    fn takes(&self, strategy: Strategy) -> bool {
        self.strategies.is_empty() || self.strategies.contains(&strategy)
    }
}

/// Lists the matching connections, oldest first.
pub async fn list(tx: &mut Tx, filter: &Filter<'_>, page: &KeysetPage) -> sqlx::Result<Vec<Connection>> {
    fetch_all!(
        tx,
        _,
        concat!(
            "SELECT ",
            connection_columns!(""),
            " FROM connections
         WHERE ($1 IS NULL OR name = $1) AND ((strategy = 'auth0' AND $2) OR (strategy = 'oidc' AND $3))
             AND (created_at, id) > ($4, $5)
         ORDER BY created_at, id LIMIT $6 OFFSET $7"
        ),
        filter.name,
        filter.takes(Strategy::Auth0),
        filter.takes(Strategy::Oidc),
        page.after.created_at,
        &page.after.id,
        page.limit,
        page.offset,
    )
}

/// Counts the matching connections.
pub async fn count(tx: &mut Tx, filter: &Filter<'_>) -> sqlx::Result<i64> {
    scalar_one!(
        tx,
        _,
        "SELECT COUNT(*) FROM connections
         WHERE ($1 IS NULL OR name = $1) AND ((strategy = 'auth0' AND $2) OR (strategy = 'oidc' AND $3))",
        filter.name,
        filter.takes(Strategy::Auth0),
        filter.takes(Strategy::Oidc),
    )
}

/// Deletes the connection and its users.
pub async fn delete(tx: &mut Tx, id: &ConnectionId) -> sqlx::Result<()> {
    execute!(tx, "DELETE FROM connections WHERE id = $1", id)?;
    Ok(())
}
