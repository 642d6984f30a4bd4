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
mod page_error;
mod pages;
mod parameters;
mod password;
mod paths;
mod routes;
mod scope;
mod secret;
mod seed;
mod sign_in_options;
mod sign_ups;
mod state;
mod store;
mod throttle;
mod tickets;
mod time;
mod tokens;

use std::sync::Arc;

use self::{
    background::Background,
    cookies::Cookies,
    federation::issuers::Issuers,
    keys::{cache::Keys, ring},
    mail::{delivery, outbox::Outbox},
    management::limits::Limits,
    password::Passwords,
    state::State,
    time::Timestamp,
};

pub use self::{
    config::{
        Api, AppType, Client, ClientGrant, Config, DemoMembership, DemoOrganization, DemoPerson, DemoTenant,
        OrganizationRequireBehavior, OrganizationUsage, PasswordCost, RoleSeed,
    },
    console::administrator::NewPassword,
    error::Error,
    federation::connect::NewIssuer,
    id::{ConnectionId, InvitationId, JoinRuleId, OrganizationId, RoleId},
    invite::Invitation,
    join::rules::{JoinCondition, JoinRule, JoinRuleError},
    mail::smtp::{SmtpConfig, SmtpError},
    management::all_permissions as management_permissions,
    state::Idp,
};

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
        let keys = ring::load_or_generate(&mut tx, random, now).await?;
        seed::configured(&mut tx, &config, now).await?;
        if let Some(tenant) = demo {
            seed::demo(&mut tx, tenant, &passwords, random, now).await?;
        }
        store::grants::delete_unused(&mut tx, now).await?;
        tx.commit().await?;

        let cookies = Cookies::new(issuer.scheme() == "https");
        Ok(Self::new(State {
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
        }))
    }

    /// Every endpoint and page, to be served at the root of the issuer's address.
    ///
    /// From then on mail is sent, if a way to do so is configured.
    ///
    /// Serve it with `into_make_service_with_connect_info::<SocketAddr>()`: password tries are counted per address.
    pub fn router(&self) -> axum::Router {
        delivery::start(self);
        routes::router(self.clone())
    }

    /// The same provider as the issuer of another address: links, tokens and cookies are of that one, and everything
    /// else is shared. It must be among [`Config::other_issuers`] for its Management API to be known.
    #[must_use]
    pub fn at(&self, issuer: &url::Url) -> Self {
        let mut state = State::clone(self);
        state.cookies = Cookies::new(issuer.scheme() == "https");
        state.issuer = issuer.clone();
        Self::new(state)
    }

    /// Lets the mail and the logout tokens that are on their way arrive, for ten seconds at most, waits until everything
    /// under way is written, and closes the database. To be called once nothing is served any more.
    pub async fn close(&self) {
        self.background.shut_down().await;
        self.database.close().await;
    }
}
