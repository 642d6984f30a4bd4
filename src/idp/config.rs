//! What the provider is told when it starts.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    idp::{id::OrganizationId, mail::smtp::SmtpConfig},
    kernel::{clock::Clock, random::Random},
};

/// Everything that [`Idp::open`](super::Idp::open) needs.
#[derive(Clone, Debug)]
pub struct Config {
    /// The issuer; ends with `/`, as Auth0's does.
    pub issuer: Url,
    /// Who it is at other addresses, see [`Idp::at`](super::Idp::at). Grants for the Management API hold there too.
    pub other_issuers: Vec<Url>,
    /// `sqlite://…`, a file that is created on first start together with its folder, or `postgres://…`.
    pub database_url: String,
    /// Created or brought up to date by id; clients that are not named stay as they are.
    pub clients: Vec<Client>,
    /// Created or brought up to date by identifier.
    pub apis: Vec<Api>,
    /// Created by name on first start. A role allows a permission once an API gains it.
    pub roles: Vec<RoleSeed>,
    /// Organizations and people to seed; the login page lists the people.
    pub demo: Option<DemoTenant>,
    /// Whether `organization` may be a name and tokens carry `org_name`.
    pub allow_organization_names: bool,
    /// How often a client may call the Management API within a minute.
    pub management_calls_per_minute: u32,
    /// How mail goes out. Without it, mail is only written to the mailbox.
    pub smtp: Option<SmtpConfig>,
    /// What a password hash costs.
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

/// An application that signs people in here, or a program that acts for itself. Everything but the id is optional:
/// `Client { client_id, ..Client::default() }`.
#[derive(Clone, Debug)]
pub struct Client {
    pub client_id: String,
    /// As people read it.
    pub name: String,
    pub description: String,
    pub app_type: AppType,
    /// Whether it is the tenant's own; others ask people for consent.
    pub is_first_party: bool,
    /// What it proves itself with by post or HTTP Basic. Without it and without keys the client is public and must use
    /// PKCE.
    pub secret: Option<String>,
    /// JSON Web Keys (RFC 7517) that verify its assertions for `private_key_jwt`.
    pub public_keys: Vec<serde_json::Value>,
    pub grant_types: Vec<String>,
    /// The redirect URIs, compared exactly.
    pub callbacks: Vec<String>,
    /// Where a sign-out may return to, compared exactly.
    pub logout_urls: Vec<String>,
    /// Where sessions that end are announced (`OpenID` Connect Back-Channel Logout 1.0).
    pub backchannel_logout_urls: Vec<String>,
    /// Where a login that did not begin at the application is sent, such as an invitation link.
    pub initiate_login_uri: String,
    pub organization_usage: OrganizationUsage,
    pub organization_require_behavior: OrganizationRequireBehavior,
    /// How the prompt before the login finds the organization: `email`, `organization_name`.
    pub organization_discovery_methods: Vec<String>,
    /// The organization of `client_credentials` when none is named.
    pub default_organization: Option<OrganizationId>,
    /// What it may do for itself, by API: granted when the client is created, and left as it is from then on.
    pub grants: Vec<ClientGrant>,
}

/// What a client may do for itself in an API (`client_credentials`).
#[derive(Clone, Debug)]
pub struct ClientGrant {
    /// The API's identifier.
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

/// What happens when the client names no organization.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum OrganizationRequireBehavior {
    /// Nobody is asked.
    #[default]
    NoPrompt,
    /// The person names it before signing in.
    PreLoginPrompt,
    /// The person chooses among their own after signing in.
    PostLoginPrompt,
}

/// An audience for access tokens.
#[derive(Clone, Debug)]
pub struct Api {
    /// The `aud` of its tokens.
    pub identifier: String,
    pub name: String,
    /// In the order of its documentation.
    pub permissions: Vec<String>,
    /// Whether it is the provider's own, such as the Management API.
    pub is_system: bool,
}

/// What kind of program a client is.
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

/// What hashing one password costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PasswordCost {
    /// Argon2id with 19 MiB and two passes, the minimum that OWASP recommends.
    #[default]
    Interactive,
    /// As little as the algorithm allows, for tests that sign in hundreds of times.
    Minimal,
}
