//! Configuration of the provider.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    idp::{id::OrganizationId, mail::smtp::SmtpConfig},
    kernel::{clock::Clock, random::Random},
};

/// Everything that [`Idp::open`](super::Idp::open) needs.
#[derive(Clone, Debug)]
pub struct Config {
    /// Issuer, with a trailing slash as Auth0's.
    pub issuer: Url,
    /// Further issuers of this provider, see [`Idp::at`](super::Idp::at). Grants for the Management API apply there
    /// too.
    pub other_issuers: Vec<Url>,
    /// `postgres://…`, or `sqlite://…`, whose file and folder are created on first start.
    pub database_url: String,
    /// Inserted or updated by id; other clients stay as they are.
    pub clients: Vec<Client>,
    /// Inserted or updated by identifier.
    pub apis: Vec<Api>,
    /// Inserted by name. A role allows a permission from the moment an API gains it.
    pub roles: Vec<RoleSeed>,
    /// Organizations and people to seed. The login page lists the people.
    pub demo: Option<DemoTenant>,
    /// Whether `organization` may be a name and tokens carry `org_name`.
    pub allow_organization_names: bool,
    /// Calls that a client may make to the Management API per minute.
    pub management_calls_per_minute: u32,
    /// Mail server. Without one, mail is kept for the mailbox only.
    pub smtp: Option<SmtpConfig>,
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

/// Organizations and people to try the provider with.
#[derive(Clone, Debug)]
pub struct DemoTenant {
    /// The password of every demo person.
    pub password: String,
    pub organizations: Vec<DemoOrganization>,
    pub people: Vec<DemoPerson>,
}

#[derive(Clone, Debug)]
pub struct DemoOrganization {
    /// `org_` and 16 alphanumerics.
    pub id: String,
    pub name: String,
    pub display_name: String,
    /// `#rrggbb`
    pub colour: String,
}

#[derive(Clone, Debug)]
pub struct DemoPerson {
    /// `auth0|` and 24 hexadecimal digits.
    pub id: String,
    pub email: String,
    pub name: String,
    pub memberships: Vec<DemoMembership>,
}

/// Organization and role of a demo person, by name.
#[derive(Clone, Debug)]
pub struct DemoMembership {
    pub organization: String,
    pub role: String,
}

/// An application that signs people in, or a program that acts for itself. Everything but the id is optional: `Client {
/// client_id, ..Client::default() }`.
#[derive(Clone, Debug)]
pub struct Client {
    pub client_id: String,
    /// Display name.
    pub name: String,
    pub description: String,
    pub app_type: AppType,
    /// Whether the client belongs to the tenant. Others ask people for consent.
    pub is_first_party: bool,
    /// Client secret, sent in the body or by HTTP Basic. A client without secret and keys is public and must use PKCE.
    pub secret: Option<String>,
    /// JSON Web Keys (RFC 7517) that verify assertions of `private_key_jwt`.
    pub public_keys: Vec<serde_json::Value>,
    pub grant_types: Vec<String>,
    /// Redirect URIs, compared exactly.
    pub callbacks: Vec<String>,
    /// Addresses that a sign-out may return to, compared exactly.
    pub logout_urls: Vec<String>,
    /// Addresses that receive logout tokens (`OpenID` Connect Back-Channel Logout 1.0).
    pub backchannel_logout_urls: Vec<String>,
    /// Where a login begins that the application did not start, such as that of an invitation.
    pub initiate_login_uri: String,
    pub organization_usage: OrganizationUsage,
    pub organization_require_behavior: OrganizationRequireBehavior,
    /// How the prompt before the login finds the organization: `email`, `organization_name`.
    pub organization_discovery_methods: Vec<String>,
    /// Organization of `client_credentials` if the request names none.
    pub default_organization: Option<OrganizationId>,
    /// Grants for acting for itself, inserted once with the client.
    pub grants: Vec<ClientGrant>,
}

/// What a client may do for itself in an API (`client_credentials`).
#[derive(Clone, Debug)]
pub struct ClientGrant {
    /// Identifier of the API.
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

/// Whether people sign in to the client with an organization.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum OrganizationUsage {
    #[default]
    Deny,
    Allow,
    Require,
}

/// What happens if the client names no organization.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum OrganizationRequireBehavior {
    /// Nothing: no one is prompted.
    #[default]
    NoPrompt,
    /// The person names it before signing in.
    PreLoginPrompt,
    /// The person chooses one of their own after signing in.
    PostLoginPrompt,
}

/// An audience for access tokens.
#[derive(Clone, Debug)]
pub struct Api {
    /// `aud` of its tokens.
    pub identifier: String,
    pub name: String,
    /// In the order of the documentation.
    pub permissions: Vec<String>,
    /// Whether the API is the provider's own, such as the Management API.
    pub is_system: bool,
}

/// Kind of program.
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
    /// The minimum of the algorithm, for tests that sign in hundreds of times.
    Minimal,
}
