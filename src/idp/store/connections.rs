//! Where people come from: databases of passwords here, and other issuers.

use serde_json::{Map, Value, json};

use super::{JsonText, OptionalJsonText, json_text};
use crate::{
    database::{
        Tx,
        query::{execute, fetch_all, fetch_one, fetch_optional, scalar_one},
    },
    idp::{
        id::{ClientId, ConnectionId, OrganizationId},
        password::Policy,
        time::Timestamp,
    },
};

/// The connection that is there from the start, by Auth0's name for it.
pub const DEFAULT: &str = "Username-Password-Authentication";

/// What a connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Strategy {
    /// A database of passwords here.
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
    /// As the Management API has them.
    #[sqlx(try_from = "String")]
    pub options: JsonText<Map<String, Value>>,
    #[sqlx(try_from = "Option<String>")]
    pub metadata: OptionalJsonText<Map<String, Value>>,
    pub show_as_button: bool,
    pub is_domain_connection: bool,
    pub created_at: Timestamp,
}

impl Connection {
    /// What it asks of new passwords.
    pub fn password_policy(&self) -> Policy {
        Policy::of(&self.options.0)
    }

    /// Whether people may create accounts in it themselves.
    pub fn is_sign_up_enabled(&self) -> bool {
        self.strategy == Strategy::Auth0 && self.options.0.get("disable_signup") != Some(&Value::Bool(true))
    }
}

pub async fn find(tx: &mut Tx, id: &ConnectionId) -> sqlx::Result<Option<Connection>> {
    fetch_optional!(tx, _, "SELECT * FROM connections WHERE id = $1", id)
}

pub async fn by_name(tx: &mut Tx, name: &str) -> sqlx::Result<Option<Connection>> {
    fetch_optional!(tx, _, "SELECT * FROM connections WHERE name = $1", name)
}

/// The database connection that is there from the start.
pub async fn default(tx: &mut Tx) -> sqlx::Result<Connection> {
    fetch_one!(tx, _, "SELECT * FROM connections WHERE name = $1", DEFAULT)
}

/// Creates the default connection unless it is there.
pub async fn ensure_default(tx: &mut Tx, id: &ConnectionId, now: Timestamp) -> sqlx::Result<()> {
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

/// What the default connection asks from the start: eight characters, and no password that everybody knows.
fn default_options() -> Value {
    json!({
        "disable_signup": false,
        "passwordPolicy": "low",
        "password_complexity_options": {"min_length": 8},
        "password_dictionary": {"enable": true, "dictionary": []},
    })
}

/// Whether people may sign up, on the way to the organization if one is named.
pub async fn is_sign_up_open(tx: &mut Tx, organization: Option<&OrganizationId>) -> sqlx::Result<bool> {
    let connection = default(tx).await?;
    let Some(organization) = organization.filter(|_| connection.is_sign_up_enabled()) else {
        return Ok(connection.is_sign_up_enabled());
    };
    scalar_one!(
        tx,
        _,
        "SELECT EXISTS (SELECT 1 FROM organization_connections
             WHERE organization_id = $1 AND connection_id = $2 AND is_signup_enabled)",
        organization,
        &connection.id,
    )
}

/// The connections that sign people in to the client.
pub async fn of_client(tx: &mut Tx, client: &ClientId) -> sqlx::Result<Vec<Connection>> {
    fetch_all!(
        tx,
        _,
        "SELECT c.* FROM connection_clients e JOIN connections c ON c.id = e.connection_id
         WHERE e.client_id = $1 ORDER BY c.created_at, c.id",
        client,
    )
}

/// Lets the connection sign people in to the client.
pub async fn enable_for_client(tx: &mut Tx, id: &ConnectionId, client: &ClientId) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO connection_clients (connection_id, client_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        id,
        client,
    )?;
    Ok(())
}

/// Lets the organization's people come through the connection, unless it was enabled before.
pub async fn enable_for_organization(
    tx: &mut Tx,
    organization: &OrganizationId,
    id: &ConnectionId,
    now: Timestamp,
) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO organization_connections (organization_id, connection_id, is_signup_enabled, created_at)
         VALUES ($1, $2, TRUE, $3) ON CONFLICT DO NOTHING",
        organization,
        id,
        now,
    )?;
    Ok(())
}
