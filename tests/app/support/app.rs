//! The application under test: the production server on a free port, with its own database and provider.

use std::net::SocketAddr;

use openidconnect::IssuerUrl;
use reqwest::{Client, header::HOST, redirect::Policy};
use tessera::testing::{
    domain::ids::BrowserId,
    kernel::{
        client_address::TrustedProxies,
        clock::Clock,
        database::{Durability, Pools},
        random::Random,
    },
    serve::Server,
    server::{
        access::{self, OrgContext},
        config::{Config, ConnectionLimits, ProviderConfig},
        db::Db,
        fair_queue::SlotKind,
        http::router::router,
        seed,
        services::{reminders, search::catch_up, trash},
    },
};
use tokio::net::TcpListener;
use url::{Position, Url};

use crate::log::Log;

use super::{
    ACME, ALICE, Organization, Person,
    browser::Browser,
    database::{Database, Direct, NEEDS_POSTGRES},
    management::Management,
    member::Member,
    project::Project,
    provider::{CLIENT_SECRET, Provider},
    tokens::{AUDIENCE, CLIENT_ID},
    wire,
};

/// The value of `SESSION_SECRET`.
pub const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// Settings that a test may change.
#[derive(Debug, Default)]
pub struct Settings {
    /// The public origin, if it differs from the listening address.
    pub base_url: Option<&'static str>,
    /// Whether the application may use the provider's Management API.
    pub manages: bool,
    /// The name server that the application queries for the DNS records of domains.
    pub dns: Option<SocketAddr>,
    /// Whether the metrics are served.
    pub metrics: bool,
    /// The path of the issuer, if it is not `/`.
    pub issuer_path: Option<&'static str>,
}

/// The application with the demo organizations, and its provider.
pub struct TestApp {
    pub provider: Provider,
    pub clock: Clock,
    /// The base URL of the application, which ends with `/`.
    pub url: Url,
    pub database: Database,
    /// The Management API, present if [`Settings::manages`] is set.
    management: Option<Management>,
    client: Client,
    server: Server,
}

/// Another node of the application on the same database. Dropping the value does not stop the node.
pub struct Node {
    url: Url,
    server: Server,
}

impl Node {
    /// Returns the same member, with the same cookies, connected to this node.
    pub fn reached_by(&self, member: &Member) -> Member {
        Member { browser: member.at(self.url.clone()), organization: member.organization }
    }

    /// Stops the node as a termination signal does.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}

impl TestApp {
    pub async fn spawn() -> Self {
        Self::spawn_with(Settings::default()).await
    }

    /// On the heap, because every test holds what this future holds.
    pub async fn spawn_with(settings: Settings) -> Self {
        Box::pin(Self::start(settings)).await
    }

    async fn start(settings: Settings) -> Self {
        Log::install();
        let clock = Clock::manual(Clock::system().now());
        let provider = Provider::start(clock.clone(), settings.issuer_path.unwrap_or("/")).await;
        let database = Database::create().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let url = Url::parse(&format!("http://{address}/")).unwrap();
        let mut config = config(&database, &provider.issuer, address, settings.base_url.unwrap_or(url.as_str()));
        let management = if settings.manages { Some(Management::start(clock.clone()).await) } else { None };
        config.dns_server = settings.dns;
        config.metrics = settings.metrics.then_some(([127, 0, 0, 1], 0).into());
        config.management = management.as_ref().map(|management| management.config.clone());
        let server = Server::start_on(listener, config, clock.clone(), Random::system()).await.unwrap();
        seed::demo(&server.app.db, &clock, &Random::system(), &provider.issuer).await.unwrap();
        // No organization is due to be reconciled, so that only tests that advance the clock reconcile.
        database.change("UPDATE organization SET reconciled_at = created_at").await;
        // As a proxy does, the client asks for the public host at the listening address.
        let public =
            settings.base_url.map(|base| Url::parse(base).unwrap()[Position::BeforeHost..Position::AfterPort].parse());
        let headers = public.into_iter().map(|host| (HOST, host.unwrap())).collect();
        let client = Client::builder().redirect(Policy::none()).no_proxy().default_headers(headers).build().unwrap();
        Self { provider, clock, url, database, management, client, server }
    }

    /// Starts another node, on `PostgreSQL`: only one process can open a `SQLite` file.
    pub async fn another_node(&self) -> Node {
        self.node_at(self.database.url.clone()).await
    }

    /// Starts another node whose statements have no condition on the organization, on `PostgreSQL`.
    pub async fn node_without_org_condition(&self) -> Node {
        self.node_at(wire::without_org_condition(&self.database.url).await).await
    }

    async fn node_at(&self, database_url: String) -> Node {
        assert!(matches!(self.database.direct(), Direct::Postgres { .. }), "{NEEDS_POSTGRES}");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let url = Url::parse(&format!("http://{address}/")).unwrap();
        let config = Config { database_url, ..config(&self.database, &self.provider.issuer, address, url.as_str()) };
        let server = Server::start_on(listener, config, self.clock.clone(), Random::system()).await.unwrap();
        Node { url, server }
    }

    /// Starts an application that may use the provider's Management API.
    pub async fn managing() -> Self {
        Self::spawn_with(Settings { manages: true, ..Settings::default() }).await
    }

    /// The provider's Management API.
    pub const fn management(&self) -> &Management {
        self.management.as_ref().expect("an application that manages")
    }

    /// Wakes the workers and polls `done` until it returns something.
    pub async fn until<T>(&self, mut done: impl AsyncFnMut() -> Option<T>) -> T {
        for _ in 0..600 {
            self.server.app.wake_provider_worker.now();
            self.server.app.wake_dns.now();
            if let Some(found) = done().await {
                return found;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("it did not come to that");
    }

    /// Returns a browser without cookies.
    pub fn browser(&self) -> Browser {
        Browser::new(self.url.clone(), self.client.clone())
    }

    /// Returns a new browser in which `person` is signed in to `organization`.
    pub async fn signed_in(&self, person: Person, organization: Organization) -> Member {
        let browser = self.browser();
        browser.sign_in(self, person, organization).await;
        browser.in_organization(organization)
    }

    /// Returns what a request of `person` in `organization` knows of their rights, who must be signed in there.
    pub async fn context(&self, person: Person, organization: Organization) -> OrgContext {
        self.context_of(self.database.browser_of(person, organization.slug).await, organization.slug).await
    }

    /// Returns the same for a browser with a seat in the organization `slug`.
    pub async fn context_of(&self, browser: BrowserId, slug: &str) -> OrgContext {
        access::from_seat(&self.server.app, browser, slug, SlotKind::Request).await.unwrap().0
    }

    /// The application's handle of the database.
    pub fn db(&self) -> &Db {
        &self.server.app.db
    }

    /// The connections of the application to its database.
    pub fn pools(&self) -> &Pools {
        self.server.app.db.database().pools()
    }

    /// Starts an application in which Alice is signed in to acme and has an empty project.
    pub async fn with_project() -> (Self, Project) {
        let app = Self::spawn().await;
        let alice = app.signed_in(ALICE, ACME).await;
        alice.create_project("New", "NEW").await.unwrap();
        (app, alice.project("NEW"))
    }

    /// Adds `count` organizations for the demo person with this address.
    pub async fn add_workspaces(&self, email: &str, count: usize) {
        let (db, issuer) = (&self.server.app.db, &self.provider.issuer);
        seed::workspaces(db, &self.clock, &Random::system(), issuer, email, count).await.unwrap();
    }

    /// Adds generated data of this size.
    pub async fn add_scale(&self, size: &seed::Scale) -> Result<(), seed::SeedError> {
        seed::scale(&self.server.app.db, &self.clock, &self.provider.issuer, size).await
    }

    /// Adds a project with `count` tasks to an organization.
    pub async fn add_project(&self, organization: Organization, key: &str, count: usize) {
        let (db, key) = (&self.server.app.db, key.parse().unwrap());
        seed::project(db, &self.clock, &Random::system(), organization.slug, &key, count).await.unwrap();
    }

    /// Indexes pending documents, which the application does once a minute. Returns their number.
    pub async fn index_pending(&self) -> usize {
        catch_up(&self.server.app).await.unwrap()
    }

    /// Sends the reminders of due tasks, which the application does once a day.
    pub async fn remind(&self) {
        self.reminding().await;
    }

    /// Sends the reminders like [`TestApp::remind`], as a future that can run concurrently.
    pub fn reminding(&self) -> impl Future<Output = ()> + Send + 'static {
        let app = self.server.app.clone();
        async move { reminders::remind(&app).await.unwrap() }
    }

    /// Purges expired tasks, which the application does in the background; returns their number.
    pub async fn purge_bins(&self) -> usize {
        trash::purge_due(&self.server.app).await.unwrap()
    }

    /// Returns the numbers of transactions and of statements that the application has started.
    pub fn database_used(&self) -> (u64, u64) {
        let used = self.server.app.db.database().used();
        (used.transactions(), used.statements())
    }

    /// The address of the metrics of an application that serves them.
    pub const fn metrics_address(&self) -> SocketAddr {
        self.server.metrics_address.expect("an application with metrics")
    }

    /// The router of the application.
    pub fn router(&self) -> axum::Router {
        router(&self.server.app)
    }

    /// Counts the rows that a query with the clause `FROM {from}` returns.
    pub async fn count(&self, from: &str) -> i64 {
        self.database.count(from).await
    }

    /// The HTTP client, for requests that do not come from a browser.
    pub const fn client(&self) -> &Client {
        &self.client
    }
}

/// Builds a configuration for `database` and the provider at `issuer`.
pub fn config(database: &Database, issuer: &str, listen: SocketAddr, base_url: &str) -> Config {
    Config {
        listen,
        base_url: Url::parse(base_url).unwrap(),
        database_url: database.url.clone(),
        migration_database_url: None,
        durability: Durability::default(),
        listen_database_url: None,
        data_dir: std::env::temp_dir(),
        site_root: crate::site::folder(),
        hash_files: false,
        session_secret: SECRET.to_owned(),
        provider: ProviderConfig {
            issuer: IssuerUrl::new(issuer.to_owned()).unwrap(),
            client_id: CLIENT_ID.to_owned(),
            client_secret: CLIENT_SECRET.to_owned(),
            audience: AUDIENCE.to_owned(),
        },
        management: None,
        dns_server: None,
        trusted_proxies: TrustedProxies::default(),
        connections: ConnectionLimits::default(),
        shutdown_delay: std::time::Duration::ZERO,
        metrics: None,
        built_in: None,
        serves_https: false,
    }
}
