//! The built-in identity provider: an OpenID Connect issuer with organizations that answers as Auth0 does.
//!
//! A separate system that happens to ship in the same binary. It has its own database and its own cookies, knows
//! nothing of the application and is reached only over HTTP; the application talks to it exactly as to a real tenant.
//!
//! - `routes`: one file per endpoint, with its errors and its handler
//! - `flow`: what a login still needs, from any page to the authorization code
//! - `store`: functions over one connection, one file per table or two
//! - `pages`: the HTML, without scripts
//!
//! What Auth0 is only assumed to do has a column in the table `settings`.

mod acceptance;
mod accounts;
mod authorization;
pub(crate) mod backchannel;
mod background;
mod config;
mod console;
mod cookies;
mod error;
mod events;
mod federation;
mod flow;
mod form;
mod id;
mod invite;
mod join;
mod keys;
mod mail;
mod management;
mod offer;
mod pages;
mod parameters;
mod password;
mod routes;
mod scope;
mod secret;
mod seed;
mod sign_ups;
mod signin;
mod store;
mod throttle;
mod tickets;
mod time;
mod tokens;

use std::sync::Arc;

use self::{
    background::Background,
    cookies::Cookies,
    federation::Issuers,
    keys::{KeyRing, Keys},
    mail::Outbox,
    management::Limits,
    password::Passwords,
    time::Timestamp,
};
pub use self::{
    config::{
        Api, AppType, Client, ClientGrant, Config, DemoMembership, DemoOrganization, DemoPerson, DemoTenant,
        OrganizationRequireBehavior, OrganizationUsage, PasswordCost, RoleSeed,
    },
    console::NewPassword,
    error::Error,
    federation::NewIssuer,
    id::{ConnectionId, InvitationId, JoinRuleId, OrganizationId, RoleId},
    invite::Invitation,
    join::{JoinCondition, JoinRule, JoinRuleError},
    mail::{SmtpConfig, SmtpError},
    management::permissions as management_permissions,
};
use crate::kernel::{clock::Clock, database::Database, random::Random};

/// A running provider. Cloning is cheap and clones share everything.
#[derive(Clone)]
pub struct Idp(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    issuer: url::Url,
    demo: Option<Arc<config::DemoTenant>>,
    clock: Clock,
    random: Random,
    database: Database,
    keys: Arc<Keys>,
    passwords: Passwords,
    cookies: Cookies,
    limits: Arc<Limits>,
    issuers: Arc<Issuers>,
    outbox: Arc<Outbox>,
    background: Arc<Background>,
}

impl Idp {
    /// Opens the database of `config`, creating it if need be, and brings it up to date: schema, signing key, clients,
    /// APIs and their roles, and in demo mode the demo organizations and people.
    ///
    /// Opening it again is harmless: what was changed by hand since stays changed.
    ///
    /// # Errors
    /// When the database cannot be opened or written, or no signing key can be made.
    pub async fn open(config: Config) -> Result<Self, Error> {
        let Config { issuer, database_url, demo, clock, random, .. } = &config;
        let database = store::open(database_url).await?;
        let passwords = Passwords::new(config.password_cost, random).await?;
        let now = Timestamp::now(clock);

        let mut tx = database.write().await?;
        let keys = keys::load_or_generate(&mut tx, random, now).await?;
        seed::configured(&mut tx, &config, now).await?;
        if let Some(tenant) = demo {
            seed::demo(&mut tx, tenant, &passwords, random, now).await?;
        }
        store::grants::sweep(&mut tx, now).await?;
        tx.commit().await?;

        let cookies = Cookies::new(issuer.scheme() == "https");
        Ok(Self(Arc::new(Inner {
            issuer: issuer.clone(),
            demo: demo.clone().map(Arc::new),
            clock: clock.clone(),
            random: random.clone(),
            database,
            keys: Arc::new(Keys::new(keys, now)),
            passwords,
            cookies,
            limits: Arc::new(Limits::new(config.management_calls_per_minute)),
            issuers: Arc::new(Issuers::new()),
            outbox: Arc::new(Outbox::new(config.smtp.clone())),
            background: Arc::new(Background::new()),
        })))
    }

    /// Every endpoint and page, to be served at the root of the issuer's address.
    ///
    /// From then on mail is sent, if a way to do so is configured.
    ///
    /// Serve it with `into_make_service_with_connect_info::<SocketAddr>()`: password tries are counted per address.
    pub fn router(&self) -> axum::Router {
        Outbox::start(self);
        routes::router(self.clone())
    }

    /// The same provider as the issuer of another address: links, tokens and cookies are of that one, and everything
    /// else is shared. It must be among [`Config::other_issuers`] for its Management API to be known.
    #[must_use]
    pub fn at(&self, issuer: &url::Url) -> Self {
        let mut inner = Inner::clone(&self.0);
        inner.cookies = Cookies::new(issuer.scheme() == "https");
        inner.issuer = issuer.clone();
        Self(Arc::new(inner))
    }

    /// Lets the mail and the logout tokens that are on their way arrive, for ten seconds at most, waits until everything
    /// under way is written, and closes the database. To be called once nothing is served any more.
    pub async fn close(&self) {
        self.0.background.end().await;
        self.0.database.close().await;
    }

    fn now(&self) -> Timestamp {
        Timestamp::now(&self.0.clock)
    }

    /// The keys of the moment.
    fn keys(&self) -> Arc<KeyRing> {
        self.0.keys.of_now()
    }

    /// The audience of access tokens for the Management API, with Auth0's trailing slash.
    fn management_audience(&self) -> String {
        format!("{}api/v2/", self.0.issuer)
    }

    /// The absolute address of a path of this provider.
    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.0.issuer)
    }

    /// Host and port as the browser's address bar shows them.
    fn host(&self) -> &str {
        &self.0.issuer[url::Position::BeforeHost..url::Position::AfterPort]
    }
}

impl std::fmt::Debug for Idp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Idp").field("issuer", &self.0.issuer.as_str()).finish_non_exhaustive()
    }
}
