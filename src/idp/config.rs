//! What the provider is told when it starts.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::{clock::Clock, random::Random};

/// Everything that [`Idp::open`](super::Idp::open) needs.
#[derive(Clone, Debug)]
pub struct Config {
    /// The issuer; ends with `/`, as Auth0's does.
    pub issuer: Url,
    /// The `SQLite` file, created on first start together with its folder.
    pub database: PathBuf,
    /// Created or brought up to date by id; clients that are not named stay as they are.
    pub clients: Vec<Client>,
    /// Created or brought up to date by identifier.
    pub apis: Vec<Api>,
    /// Whether to seed the demo organizations and people and to offer them on the login page.
    pub demo: bool,
    /// Whether `organization` may be a name and tokens carry `org_name`.
    pub allow_organization_names: bool,
    /// What a password hash costs.
    pub password_cost: PasswordCost,
    pub clock: Clock,
    pub random: Random,
}

/// An application that signs people in here.
#[derive(Clone, Debug)]
pub struct Client {
    pub client_id: String,
    /// As people read it.
    pub name: String,
    /// Absent for a public client, which must use PKCE.
    pub secret: Option<String>,
    /// The redirect URIs, compared exactly.
    pub callbacks: Vec<String>,
    /// Where a sign-out may return to, compared exactly.
    pub logout_urls: Vec<String>,
    /// Where a login that did not begin at the application is sent, such as an invitation link.
    pub initiate_login_uri: String,
    pub organization_usage: OrganizationUsage,
    pub organization_require_behavior: OrganizationRequireBehavior,
}

/// Whether people sign in to the client with an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(rename_all = "snake_case")]
pub enum OrganizationUsage {
    Deny,
    Allow,
    Require,
}

/// What happens when the client names no organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(rename_all = "snake_case")]
pub enum OrganizationRequireBehavior {
    /// Nobody is asked.
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
