//! The application under test: the real one, on a free port, with a database and a provider of its own.

use std::net::SocketAddr;

use reqwest::{Client, redirect::Policy};
use tessera::{
    kernel::{clock::Clock, random::Random},
    serve::Server,
    server::{
        config::{Config, ProviderConfig},
        seed,
        services::{reminders, trash},
    },
};
use tokio::net::TcpListener;
use url::Url;

use super::{
    Organization, Person,
    browser::Browser,
    database::{Database, Direct},
    management::Management,
    provider::{CLIENT_SECRET, Provider},
    tokens::{AUDIENCE, CLIENT_ID},
};

/// The session's secret.
pub const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// What a test may want otherwise.
#[derive(Debug, Default)]
pub struct Settings {
    /// The origin that browsers see, when it is not the port.
    pub base_url: Option<&'static str>,
    /// Whether the application may use the provider's Management API.
    pub manages: bool,
    /// The server that is asked for the records of domains.
    pub dns: Option<SocketAddr>,
}

/// The application, the demo organizations in it, and its provider.
pub struct TestApp {
    pub provider: Provider,
    pub clock: Clock,
    /// Ends with `/`.
    pub url: Url,
    pub database: Database,
    /// With [`Settings::manages`].
    management: Option<Management>,
    client: Client,
    server: Server,
}

/// One more process of the application, on the same database. Dropping it does not stop it.
pub struct Node {
    url: Url,
    server: Server,
}

impl Node {
    /// `browser`, with the same cookies, as it is when it reaches this node.
    pub fn reached_by(&self, browser: &Browser) -> Browser {
        browser.at(self.url.clone())
    }

    /// Ends it as a signal does.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}

impl TestApp {
    pub async fn spawn() -> Self {
        Self::spawn_with(Settings::default()).await
    }

    pub async fn spawn_with(settings: Settings) -> Self {
        let clock = Clock::manual(Clock::system().now());
        let provider = Provider::start(clock.clone()).await;
        let database = Database::create().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let url = Url::parse(&format!("http://{address}/")).unwrap();
        let mut config = config(&database, &provider.issuer, address, settings.base_url.unwrap_or(url.as_str()));
        let management = if settings.manages { Some(Management::start(clock.clone()).await) } else { None };
        config.dns_server = settings.dns;
        config.management = management.as_ref().map(|management| management.config.clone());
        let server = Server::start_on(listener, config, clock.clone(), Random::system()).await.unwrap();
        seed::demo(&server.app.db, &clock, &Random::system(), &provider.issuer).await.unwrap();
        // Nothing is compared with the provider while a test does something else; one that wants it moves the clock.
        database.change("UPDATE organization SET reconciled_at = created_at").await;
        let client = Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
        Self { provider, clock, url, database, management, client, server }
    }

    /// Another node; nothing with `SQLite`, which one process has for itself.
    pub async fn another_node(&self) -> Option<Node> {
        if matches!(self.database.direct(), Direct::Sqlite { .. }) {
            return None;
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let url = Url::parse(&format!("http://{address}/")).unwrap();
        let config = config(&self.database, &self.provider.issuer, address, url.as_str());
        let server = Server::start_on(listener, config, self.clock.clone(), Random::system()).await.unwrap();
        Some(Node { url, server })
    }

    /// An application that may use the provider's Management API.
    pub async fn managing() -> Self {
        Self::spawn_with(Settings { manages: true, ..Settings::default() }).await
    }

    /// The provider's Management API.
    pub const fn management(&self) -> &Management {
        self.management.as_ref().expect("an application that manages")
    }

    /// Lets the worker look for what is due, and gives `done` its chance until it holds.
    pub async fn until<T>(&self, mut done: impl AsyncFnMut() -> Option<T>) -> T {
        for _ in 0..600 {
            self.server.app.wake.now();
            self.server.app.wake_dns.now();
            if let Some(found) = done().await {
                return found;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("it did not come to that");
    }

    /// A browser that nobody has used yet.
    pub fn browser(&self) -> Browser {
        Browser::new(self.url.clone(), self.client.clone())
    }

    /// A browser in which `person` is signed in to `organization`.
    pub async fn signed_in(&self, person: Person, organization: Organization) -> Browser {
        let browser = self.browser();
        browser.sign_in(self, person, organization).await;
        browser
    }

    /// Gives the demo person with this address `count` more organizations.
    pub async fn add_workspaces(&self, email: &str, count: usize) {
        let (db, issuer) = (&self.server.app.db, &self.provider.issuer);
        seed::workspaces(db, &self.clock, &Random::system(), issuer, email, count).await.unwrap();
    }

    /// Gives an organization a project with `count` tasks.
    pub async fn add_project(&self, organization: Organization, key: &str, count: usize) {
        let (db, key) = (&self.server.app.db, key.parse().unwrap());
        seed::project(db, &self.clock, &Random::system(), organization.slug, &key, count).await.unwrap();
    }

    /// Reminds people of what is due, as happens once a day.
    pub async fn remind(&self) {
        self.reminding().await;
    }

    /// As [`TestApp::remind`], at the same time as something else.
    pub fn reminding(&self) -> impl Future<Output = ()> + Send + 'static {
        let app = self.server.app.clone();
        async move { reminders::remind(&app).await.unwrap() }
    }

    /// Deletes what has been in the bins for its time, as happens in the background; how many tasks that were.
    pub async fn purge_bins(&self) -> usize {
        trash::purge_due(&self.server.app).await.unwrap()
    }

    /// How many transactions the application has begun, and how many statements it has run.
    pub fn database_used(&self) -> (u64, u64) {
        let used = self.server.app.db.database().used();
        (used.transactions(), used.statements())
    }

    /// How many rows there are `FROM …`.
    pub async fn count(&self, from: &str) -> i64 {
        self.database.count(from).await
    }

    /// For requests that no browser sends.
    pub const fn client(&self) -> &Client {
        &self.client
    }
}

/// A configuration for `database` and the provider at `issuer`.
pub fn config(database: &Database, issuer: &str, listen: SocketAddr, base_url: &str) -> Config {
    Config {
        listen,
        base_url: Url::parse(base_url).unwrap(),
        database_url: database.url.clone(),
        data_dir: std::env::temp_dir(),
        site_root: "no/such/folder".into(),
        hash_files: false,
        session_secret: SECRET.to_owned(),
        provider: ProviderConfig {
            issuer: Url::parse(issuer).unwrap(),
            client_id: CLIENT_ID.to_owned(),
            client_secret: CLIENT_SECRET.to_owned(),
            audience: AUDIENCE.to_owned(),
        },
        management: None,
        dns_server: None,
        built_in: None,
        serves_https: false,
    }
}
