//! Configuration of the provider.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    idp::{id::OrganizationId, mail::smtp::SmtpConfig, mode::Mode},
    kernel::{
        client_address::{NetworkList, TrustedProxies},
        clock::Clock,
        database::Durability,
        random::Random,
        sealer::Sealer,
    },
};

/// The configuration that [`Idp::open`](super::Idp::open) needs.
#[derive(Clone, Debug)]
pub struct Config {
    /// Address of the issuer, with a trailing slash as in Auth0.
    pub issuer: Url,
    /// Further issuers of this provider, see [`Idp::at`](super::Idp::at). Grants for the Management API also apply to
    /// them.
    pub other_issuers: Vec<Url>,
    /// Address of the database: `postgres://…`, or `sqlite://…`, whose file and folder are created on the first start.
    pub database_url: String,
    /// What a committed transaction survives, on `SQLite`.
    pub durability: Durability,
    /// Encrypts the secrets in the database: signing keys, tickets of invitations, mails, secrets at other issuers.
    pub sealer: Sealer,
    /// The sealer before the secret changed. What it sealed is sealed again with [`Self::sealer`].
    pub previous_sealer: Option<Sealer>,
    /// Address of the database's owner, for migrations on `PostgreSQL`.
    pub migration_database_url: Option<String>,
    /// Clients to insert, or to update by id. Clients that are not listed stay as they are.
    pub clients: Vec<Client>,
    /// APIs to insert, or to update by identifier.
    pub apis: Vec<Api>,
    /// Roles to insert by name. A role gets a permission when that permission is inserted for its API.
    pub roles: Vec<RoleSeed>,
    /// Whom the provider serves. In the demo, its organizations and people are seeded once.
    pub mode: Mode,
    /// Whether the parameter `organization` may be a name, and tokens contain `org_name`.
    pub allow_organization_names: bool,
    /// Maximum number of calls that a client may make to the Management API per minute.
    pub management_calls_per_minute: u32,
    /// Mail server. Without a mail server, mails are only shown in the mailbox.
    pub smtp: Option<SmtpConfig>,
    /// Reverse proxies that are believed about the client's address.
    pub trusted_proxies: TrustedProxies,
    /// Addresses that issuers and clients may have although they are not public.
    pub outbound_allow: NetworkList,
    /// Cost of a password hash.
    pub password_cost: PasswordCost,
    pub clock: Clock,
    pub random: Random,
}

/// A role of the tenant.
#[derive(Clone, Debug)]
pub struct RoleSeed {
    pub name: String,
    pub description: String,
    pub permissions: Vec<String>,
}

/// An application that signs users in, or a program that acts on its own behalf. All fields but the id are optional:
/// `Client { client_id, ..Client::default() }`.
#[derive(Clone, Debug)]
pub struct Client {
    pub client_id: String,
    /// Display name of the client.
    pub name: String,
    pub description: String,
    pub app_type: AppType,
    /// Whether the client belongs to the tenant. All other clients ask users for consent.
    pub is_first_party: bool,
    /// Client secret, sent in the body or by HTTP Basic. A client without a secret and keys is public and must use
    /// PKCE.
    pub secret: Option<String>,
    /// JSON Web Keys (RFC 7517) that verify assertions of `private_key_jwt`.
    pub public_keys: Vec<serde_json::Value>,
    pub grant_types: Vec<String>,
    /// Redirect URIs, compared exactly.
    pub callbacks: Vec<String>,
    /// Addresses that a logout may return to, compared exactly.
    pub logout_urls: Vec<String>,
    /// Origins of browser applications that may get an authorization response as a message of a window.
    pub web_origins: Vec<String>,
    /// Further origins of browser applications that may read answers of the endpoints for them.
    pub allowed_origins: Vec<String>,
    /// Addresses that receive logout tokens (`OpenID` Connect Back-Channel Logout 1.0).
    pub backchannel_logout_urls: Vec<String>,
    /// Address of the application that begins a login, for logins that start elsewhere, for example at an invitation.
    pub initiate_login_uri: String,
    pub organization_usage: OrganizationUsage,
    pub organization_require_behavior: OrganizationRequireBehavior,
    /// How the organization prompt before the login finds the organization: `email`, `organization_name`.
    pub organization_discovery_methods: Vec<String>,
    /// Organization of a `client_credentials` request that names none.
    pub default_organization: Option<OrganizationId>,
    /// Grants for `client_credentials`, inserted once with the client.
    pub grants: Vec<ClientGrant>,
}

/// Scopes that a client may request on its own behalf for an API (`client_credentials`).
#[derive(Clone, Debug)]
pub struct ClientGrant {
    /// Identifier of the API, which is the audience of its tokens.
    pub audience: String,
    pub scope: Vec<String>,
    pub organization_usage: OrganizationUsage,
    pub allow_any_organization: bool,
}

impl Default for Client {
    fn default() -> Self {
        let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
        Self {
            client_id: String::new(),
            name: String::new(),
            description: String::new(),
            app_type: AppType::default(),
            is_first_party: true,
            secret: None,
            public_keys: Vec::new(),
            grant_types: texts(&["authorization_code", "refresh_token"]),
            callbacks: Vec::new(),
            logout_urls: Vec::new(),
            web_origins: Vec::new(),
            allowed_origins: Vec::new(),
            backchannel_logout_urls: Vec::new(),
            initiate_login_uri: String::new(),
            organization_usage: OrganizationUsage::default(),
            organization_require_behavior: OrganizationRequireBehavior::default(),
            organization_discovery_methods: texts(&["organization_name"]),
            default_organization: None,
            grants: Vec::new(),
        }
    }
}

/// Whether users sign in to the client with an organization.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum OrganizationUsage {
    #[default]
    Deny,
    Allow,
    Require,
}

/// What happens if the authorization request names no organization.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum OrganizationRequireBehavior {
    /// Show no prompt.
    #[default]
    NoPrompt,
    /// Ask for the organization before the user signs in.
    PreLoginPrompt,
    /// Let the user choose one of their organizations after signing in.
    PostLoginPrompt,
}

/// An API, which is an audience of access tokens.
#[derive(Clone, Debug)]
pub struct Api {
    /// Audience (`aud`) of the API's tokens.
    pub identifier: String,
    pub name: String,
    /// Permissions in the order of the documentation.
    pub permissions: Vec<String>,
    /// Maximum lifetime of its access tokens in seconds. Administrators may set a shorter one.
    pub token_lifetime: i64,
    /// Whether the API is the provider's own, such as the Management API.
    pub is_system: bool,
}

/// Kind of client, as in Auth0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum AppType {
    Native,
    Spa,
    #[default]
    RegularWeb,
    NonInteractive,
}

/// Cost of hashing one password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PasswordCost {
    /// Argon2id with 19 MiB and two passes, the minimum that OWASP recommends.
    #[default]
    Interactive,
    /// The minimum that the algorithm allows, for tests that sign in hundreds of times.
    Minimal,
}
