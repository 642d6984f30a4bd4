//! Clients: applications that sign users in, and programs that act on their own behalf.

use serde_json::Value;

use crate::{
    idp::{
        authorization,
        config::{self, AppType, OrganizationRequireBehavior, OrganizationUsage},
        id::{ClientId, OrganizationId},
        store::{
            JsonText, json_text,
            keyset::{Cursor, Keyed},
        },
    },
    kernel::{
        database::{
            Tx,
            query::{execute, fetch_all, fetch_optional, scalar_all},
        },
        secret::SecretHash,
        unix_time::UnixTime,
    },
};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Client {
    pub id: ClientId,
    pub name: String,
    pub description: String,
    pub app_type: AppType,
    pub logo_uri: Option<String>,
    /// Whether the client belongs to the tenant, so that it does not ask users for consent.
    pub is_first_party: bool,
    /// Hash of the secret; `None` for public clients and for clients that authenticate with a key.
    pub secret_hash: Option<SecretHash>,
    /// JSON Web Keys that verify the assertions of `private_key_jwt`.
    #[sqlx(try_from = "String")]
    pub public_keys: JsonText<Vec<Value>>,
    #[sqlx(try_from = "String")]
    pub grant_types: JsonText<Vec<String>>,
    #[sqlx(try_from = "String")]
    pub callbacks: JsonText<Vec<String>>,
    #[sqlx(try_from = "String")]
    pub logout_urls: JsonText<Vec<String>>,
    #[sqlx(try_from = "String")]
    pub web_origins: JsonText<Vec<String>>,
    #[sqlx(try_from = "String")]
    pub allowed_origins: JsonText<Vec<String>>,
    #[sqlx(try_from = "String")]
    pub backchannel_logout_urls: JsonText<Vec<String>>,
    pub initiate_login_uri: String,
    pub organization_usage: OrganizationUsage,
    pub organization_require_behavior: OrganizationRequireBehavior,
    /// Methods by which the organization prompt finds an organization: `email`, `organization_name`.
    #[sqlx(try_from = "String")]
    pub organization_discovery_methods: JsonText<Vec<String>>,
    pub default_organization: Option<OrganizationId>,
    pub created_at: UnixTime,
}

/// Columns of [`Client`], with a table alias such as `t.` or none.
macro_rules! client_columns {
    ($alias:literal) => {
        $crate::idp::store::columns!(
            $alias,
            "id",
            "name",
            "description",
            "app_type",
            "logo_uri",
            "is_first_party",
            "secret_hash",
            "public_keys",
            "grant_types",
            "callbacks",
            "logout_urls",
            "web_origins",
            "allowed_origins",
            "backchannel_logout_urls",
            "initiate_login_uri",
            "organization_usage",
            "organization_require_behavior",
            "organization_discovery_methods",
            "default_organization",
            "created_at"
        )
    };
}

pub(in crate::idp) use client_columns;

impl Keyed for Client {
    fn cursor(&self) -> Cursor {
        Cursor::new(self.created_at, &self.id)
    }
}

impl Client {
    /// Whether the client is public: it has neither a secret nor a key.
    pub fn is_public(&self) -> bool {
        self.secret_hash.is_none() && self.public_keys.0.is_empty()
    }

    /// Whether a browser application at `origin` may get an authorization response as a message of a window.
    pub fn is_web_origin(&self, origin: &str) -> bool {
        self.web_origins.0.iter().any(|allowed| allowed.trim_end_matches('/') == origin)
    }

    /// Whether a browser application at `origin` may read answers of the endpoints for it.
    pub fn allows_origin(&self, origin: &str) -> bool {
        let of_callback = |callback: &String| authorization::origin(callback).as_deref() == Some(origin);
        self.is_web_origin(origin)
            || self.allowed_origins.0.iter().any(|allowed| allowed.trim_end_matches('/') == origin)
            || self.callbacks.0.iter().any(of_callback)
    }

    /// Whether the organization prompt before the login finds organizations by `method`, which is `email` or
    /// `organization_name`. The default is the name, as in Auth0.
    pub fn is_discovered_by(&self, method: &str) -> bool {
        let methods = &self.organization_discovery_methods.0;
        methods.iter().any(|one| one == method) || (methods.is_empty() && method == "organization_name")
    }
}

pub async fn find(tx: &mut Tx, id: &str) -> sqlx::Result<Option<Client>> {
    fetch_optional!(tx, _, concat!("SELECT ", client_columns!(""), " FROM clients WHERE id = $1"), id)
}

/// Finds the client that invitations lead to: the first client that has a login address and accepts organizations.
pub async fn for_invitations(tx: &mut Tx) -> sqlx::Result<Option<Client>> {
    fetch_optional!(
        tx,
        _,
        concat!(
            "SELECT ",
            client_columns!(""),
            " FROM clients WHERE initiate_login_uri <> '' AND organization_usage <> 'deny'
         ORDER BY position, id LIMIT 1"
        ),
    )
}

/// Inserts or updates the client. `position` is its index in the configuration.
pub async fn upsert(tx: &mut Tx, client: &config::Client, position: i64, now: UnixTime) -> sqlx::Result<()> {
    execute!(
        tx,
        "INSERT INTO clients (id, name, description, app_type, is_first_party, secret_hash, public_keys, grant_types,
             callbacks, logout_urls, backchannel_logout_urls, initiate_login_uri, organization_usage,
             organization_require_behavior, organization_discovery_methods, default_organization, position, created_at,
             web_origins, allowed_origins)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, description = excluded.description,
             app_type = excluded.app_type, is_first_party = excluded.is_first_party,
             secret_hash = excluded.secret_hash, public_keys = excluded.public_keys,
             grant_types = excluded.grant_types, callbacks = excluded.callbacks, logout_urls = excluded.logout_urls,
             backchannel_logout_urls = excluded.backchannel_logout_urls,
             web_origins = excluded.web_origins, allowed_origins = excluded.allowed_origins,
             initiate_login_uri = excluded.initiate_login_uri, organization_usage = excluded.organization_usage,
             organization_require_behavior = excluded.organization_require_behavior,
             organization_discovery_methods = excluded.organization_discovery_methods,
             default_organization = excluded.default_organization, position = excluded.position",
        &client.client_id,
        &client.name,
        &client.description,
        client.app_type,
        client.is_first_party,
        client.secret.as_deref().map(SecretHash::of),
        json_text(&client.public_keys)?,
        json_text(&client.grant_types)?,
        json_text(&client.callbacks)?,
        json_text(&client.logout_urls)?,
        json_text(&client.backchannel_logout_urls)?,
        &client.initiate_login_uri,
        client.organization_usage,
        client.organization_require_behavior,
        json_text(&client.organization_discovery_methods)?,
        &client.default_organization,
        position,
        now,
        json_text(&client.web_origins)?,
        json_text(&client.allowed_origins)?,
    )?;
    Ok(())
}

/// Lists all clients, oldest first. The configuration defines them, so they are few.
pub async fn all(tx: &mut Tx) -> sqlx::Result<Vec<Client>> {
    fetch_all!(tx, _, concat!("SELECT ", client_columns!(""), " FROM clients ORDER BY created_at, id"))
}

/// Lists the clients that may act for the organization on their own behalf.
pub async fn of_organization(tx: &mut Tx, organization: &str) -> sqlx::Result<Vec<ClientId>> {
    scalar_all!(
        tx,
        _,
        "SELECT DISTINCT g.client_id FROM organization_client_grants o JOIN client_grants g ON g.id = o.grant_id
         WHERE o.organization_id = $1",
        organization,
    )
}

/// Lists the clients that may act for any organization on their own behalf.
pub async fn of_any_organization(tx: &mut Tx) -> sqlx::Result<Vec<ClientId>> {
    scalar_all!(tx, _, "SELECT DISTINCT client_id FROM client_grants WHERE allow_any_organization")
}

/// Deletes the client and its grants. Returns false if the client does not exist.
pub async fn delete(tx: &mut Tx, id: &str) -> sqlx::Result<bool> {
    Ok(execute!(tx, "DELETE FROM clients WHERE id = $1", id)? == 1)
}
