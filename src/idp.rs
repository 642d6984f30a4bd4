//! The built-in identity provider: an OpenID Connect issuer with organizations that behaves as Auth0 does.
//!
//! The provider is a separate system in the same binary, with its own database and cookies. It does not depend on the
//! application. The application talks to it over HTTP only, exactly as to a real tenant.
//!
//! - `routes`: one file per endpoint, with its errors and its handler
//! - `token_request`: code that the token endpoint and the revocation endpoint share
//! - `flow`: the steps of a login, from any page to the authorization code
//! - `store`: functions over one transaction, one file per table or two
//! - `pages`: the HTML, without scripts
//! - `management`: the Management API
//! - `console`: the administrators' console
//!
//! If the behaviour of Auth0 is only assumed, the table `settings` has a column for it.

mod accounts;
mod authentication;
mod authorization;
mod backchannel;
mod background;
mod config;
mod console;
mod cookies;
mod error;
mod events;
mod federation;
mod flow;
mod form;
mod granted_scope;
mod id;
mod invitation_acceptance;
mod invite;
mod join;
mod keys;
mod mail;
mod management;
mod mode;
mod organization_parameter;
mod outbound;
mod page_error;
mod pages;
mod parameters;
mod password;
mod paths;
mod pkce;
mod requester;
mod routes;
mod scope;
mod sealing;
mod seed;
mod sign_in_options;
mod sign_ups;
mod state;
mod store;
mod throttle;
mod tickets;
mod token_request;
mod tokens;

use std::sync::Arc;

use self::{
    background::Background,
    cookies::Cookies,
    federation::issuers::Issuers,
    keys::{cache::Keys, ring},
    mail::{delivery, expiry, outbox::Outbox},
    management::limits::Limits,
    outbound::Outbound,
    password::Passwords,
    state::State,
};
use crate::kernel::{metrics::Metrics, unix_time::UnixTime};

pub use self::{
    config::{
        Api, AppType, Client, ClientGrant, Config, OrganizationRequireBehavior, OrganizationUsage, PasswordCost,
        RoleSeed,
    },
    console::administrator::NewPassword,
    error::Error,
    federation::connect::NewIssuer,
    id::{ConnectionId, OrganizationId},
    join::rules::{JoinCondition, JoinRuleError},
    mail::smtp::{SmtpConfig, SmtpError},
    management::all_permissions as management_permissions,
    mode::{DEMO_PASSWORD, DemoMembership, DemoOrganization, DemoPerson, DemoTenant, Mode},
    state::Idp,
    store::schema,
};

impl Idp {
    /// Opens and migrates the database of `config`, then seeds signing keys, clients, APIs, roles and, in the demo, its
    /// organizations and people.
    ///
    /// A later call keeps all changes that administrators made.
    ///
    /// # Errors
    /// [`Error::RealPeople`] if the demo is to start on a database with people that it did not seed.
    pub async fn open(config: Config) -> Result<Self, Error> {
        let Config {
            issuer, database_url, migration_database_url, sealer, previous_sealer, mode, clock, random, ..
        } = &config;
        let database = store::open(database_url, migration_database_url.as_deref(), config.durability).await?;
        let passwords = Passwords::new(config.password_cost, random)?;
        let now = UnixTime::now(clock);

        let mut tx = database.write().await?;
        sealing::prepare(&mut tx, sealer, previous_sealer.as_ref()).await?;
        store::mails::delete_expired(&mut tx, now).await?;
        let keys = ring::load_or_generate(&mut tx, sealer, random, now).await?;
        seed::configured(&mut tx, &config, now).await?;
        if let Some(tenant) = mode.tenant() {
            seed::demo(&mut tx, tenant, &passwords, random, now).await?;
        }
        store::grants::delete_unused(&mut tx, now).await?;
        tx.commit().await?;

        let own = config.clients.iter().flat_map(|client| client.backchannel_logout_urls.iter().cloned());
        let outbound = Outbound::new(config.outbound_allow.clone(), own);
        let cookies = Cookies::new(issuer.scheme() == "https");
        Ok(Self::new(State {
            issuer: issuer.clone(),
            mode: mode.clone(),
            metrics: Metrics::default(),
            clock: clock.clone(),
            random: random.clone(),
            sealer: sealer.clone(),
            database,
            keys: Arc::new(Keys::new(keys, now)),
            passwords,
            cookies,
            trusted_proxies: config.trusted_proxies.clone(),
            limits: Arc::new(Limits::new(config.management_calls_per_minute)),
            issuers: Arc::new(Issuers::new(outbound.clone())),
            outbound,
            outbox: Arc::new(Outbox::new(config.smtp.clone())),
            background: Arc::new(Background::new()),
        }))
    }

    /// Returns the routes of all endpoints and pages, which must be served at the root of the issuer's address. Starts
    /// the delivery of mail and the deletion of expired mails.
    ///
    /// Serve the router with `into_make_service_with_connect_info::<SocketAddr>()`, because limits count by the client's
    /// network.
    pub fn router(&self) -> axum::Router {
        delivery::start(self);
        expiry::start(self);
        routes::router(self.clone())
    }

    /// Returns the same provider as the issuer of another address. Links, tokens and cookies use that address;
    /// everything else is shared.
    ///
    /// The address must be one of [`Config::other_issuers`], otherwise its Management API is not available.
    #[must_use]
    pub fn at(&self, issuer: &url::Url) -> Self {
        let mut state = State::clone(self);
        state.cookies = Cookies::new(issuer.scheme() == "https");
        state.issuer = issuer.clone();
        Self::new(state)
    }

    /// Delivers pending mail and logout tokens for ten seconds at most, waits for open transactions, and closes the
    /// database. Call it after the server has stopped.
    pub async fn close(&self) {
        self.background.shut_down().await;
        self.database.close().await;
    }
}
