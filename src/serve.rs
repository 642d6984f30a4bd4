//! Runs the application and, if configured, the built-in identity provider in one process.
//!
//! Both share only the binary. They know each other from their configuration, as the application and a real tenant do.

mod backup;
mod connections;
mod error;
mod https;
mod log;
mod metrics;
mod provider;

use std::{future::Future, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{net::TcpListener, sync::watch, task::JoinHandle, time::Instant};
use url::Url;

use crate::{
    idp::{Idp, NewPassword},
    kernel::{
        clock::Clock,
        metrics::{Limit, Metrics, Service},
        private_files,
        random::Random,
    },
    server::{
        built_files::BuiltFiles,
        config::{BuiltIn, Config},
        error::Error,
        http::router::router,
        live,
        repo::sessions,
        seed,
        services::{domain_checks, reminders, search::index, trash},
        state::{AppState, leptos_options},
        sync::worker,
    },
};

use self::{
    connections::{Clients, Listener},
    metrics::Sources,
};

pub use self::{
    backup::{Moved, Restored, back_up, move_to_postgres, restore},
    error::StartError,
    https::Certificate,
    log::{has_colours, log_fields},
    provider::{demo, forget_secrets, open_provider, provider_roles, read_config},
};

/// Time that requests in progress have to finish when the process stops.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);

/// How often expired records are deleted.
const PURGE_INTERVAL: Duration = Duration::from_mins(10);

/// A running server.
#[derive(Debug)]
pub struct Server {
    pub app: AppState,
    /// The certificate, if the server uses HTTPS.
    pub certificate: Option<Certificate>,
    /// Password of the built-in provider's administrator, set only on the first start.
    pub administrator: Option<NewPassword>,
    /// Address that the metrics are served on, if they are.
    pub metrics_address: Option<SocketAddr>,
    provider: Option<Idp>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Server {
    /// Starts the application, and the built-in provider if it is configured.
    pub async fn start(config: Config, clock: Clock, random: Random) -> Result<Self, StartError> {
        // Bind the port first, because this step fails most often.
        let listener = listen("Tessera", config.listen, "PORT").await?;
        if let Some(missing) = BuiltFiles::find(&leptos_options(&config)).missing(&config.site_root) {
            return Err(StartError::Site { folder: config.site_root, missing });
        }
        Self::start_on(listener, config, clock, random).await
    }

    /// Starts the server like [`Server::start`], on a port that is already bound.
    pub async fn start_on(
        listener: TcpListener,
        config: Config,
        clock: Clock,
        random: Random,
    ) -> Result<Self, StartError> {
        let built_in = match &config.built_in {
            Some(built_in) => Some((built_in.clone(), BuiltInListeners::bind(built_in).await?)),
            None => None,
        };
        let metrics_listener = match config.metrics {
            Some(address) => {
                let socket = listen("The listener of the metrics", address, "METRICS_ADDR").await?;
                let address = socket.local_addr().unwrap_or(address);
                Some((socket, address))
            }
            None => None,
        };
        let (metrics, started_at) = (Metrics::default(), clock.now());
        let provider_has_https = built_in.as_ref().is_some_and(|(_, listeners)| listeners.https.is_some());
        let certificate = if config.serves_https || provider_has_https {
            Some(Certificate::load_or_generate(&config.data_dir)?)
        } else {
            None
        };
        private_files::narrow_folder(&config.data_dir, is_own_file);
        let (stop, stopped) = watch::channel(false);
        let mut tasks = Vec::new();
        let limits = config.connections;
        let new_clients = |service| {
            let refusals = metrics.refusal_counter(service, Limit::Connections);
            Clients::new(&limits, config.trusted_proxies.clone(), refusals)
        };
        let app_clients = new_clients(Service::Application);
        let mut spawn = |socket, router, certificate: Option<&Certificate>, clients: &Arc<Clients>| {
            let (tls, clients) = (certificate.map(Certificate::acceptor), clients.clone());
            tasks.push(tokio::spawn(Listener { socket, router, tls, clients, limits }.run(stopped.clone())));
        };
        let (mut administrator, mut provider) = (None, None);
        if let Some((built_in, listeners)) = built_in {
            let idp = open_provider(&config, &built_in, clock.clone(), random.clone()).await?;
            let idp = idp.with_metrics(metrics.clone());
            administrator = idp.first_administrator().await?;
            let clients = new_clients(Service::Provider);
            if let Some(((listener, issuer), certificate)) = listeners.https.zip(certificate.as_ref()) {
                spawn(listener, idp.at(&issuer).router(), Some(certificate), &clients);
            }
            spawn(listeners.http, idp.router(), None, &clients);
            provider = Some(idp);
        }
        let is_demo = config.is_demo();
        let app_certificate = certificate.as_ref().filter(|_| config.serves_https).cloned();
        let app = AppState::open(config, clock, random, metrics.clone()).await?;
        live::listener::check(&app).await?;
        if is_demo {
            seed::demo(&app.db, &app.clock, &app.random, app.provider.issuer()).await?;
        }
        spawn(listener, router(&app), app_certificate.as_ref(), &app_clients);
        let metrics_address = metrics_listener.as_ref().map(|(_, address)| *address);
        if let Some((socket, address)) = metrics_listener {
            let sources = Sources { metrics, app: app.clone(), provider: provider.clone(), started_at };
            tasks.push(tokio::spawn(metrics::listener(socket, address, sources).run(stopped.clone())));
        }
        tasks.push(tokio::spawn(worker::run(app.clone(), stopped.clone())));
        tasks.push(tokio::spawn(domain_checks::run(app.clone(), stopped.clone())));
        tasks.push(tokio::spawn(reminders::run(app.clone(), stopped.clone())));
        tasks.push(tokio::spawn(trash::run(app.clone(), stopped.clone())));
        tasks.push(tokio::spawn(index::run(app.clone(), stopped.clone())));
        tasks.push(tokio::spawn(live::listener::run(app.clone(), stopped.clone())));
        tasks.push(tokio::spawn(purge(app.clone(), stopped)));
        Ok(Self { app, certificate, administrator, metrics_address, provider, stop, tasks })
    }

    /// Serves until `signal` completes, then stops.
    pub async fn run_until(self, signal: impl Future<Output = ()>) {
        signal.await;
        self.stop().await;
    }

    /// Tells `/readyz` first, and serves for the configured delay, so that a load balancer sends new requests elsewhere. Then
    /// ends the event streams, waits for requests in progress and for background tasks, for at most `SHUTDOWN_TIMEOUT`, and
    /// closes the databases.
    pub async fn stop(self) {
        self.app.readiness.stop();
        tokio::time::sleep(self.app.config.shutdown_delay).await;
        _ = self.stop.send(true);
        // Event streams do not end by themselves. Their browsers connect again, to another node.
        self.app.db.announcements.close();
        let deadline = Instant::now() + SHUTDOWN_TIMEOUT;
        for task in self.tasks {
            _ = tokio::time::timeout_at(deadline, task).await;
        }
        _ = tokio::time::timeout_at(deadline, live::listener::send_rest(&self.app)).await;
        // A request that still holds a connection must not block the shutdown.
        _ = tokio::time::timeout(SHUTDOWN_TIMEOUT, self.app.db.close()).await;
        if let Some(provider) = self.provider {
            _ = tokio::time::timeout(2 * SHUTDOWN_TIMEOUT, provider.close()).await;
        }
    }
}

/// Listeners for the ports of the built-in provider.
struct BuiltInListeners {
    http: TcpListener,
    /// The HTTPS listener and its issuer.
    https: Option<(TcpListener, Url)>,
}

impl BuiltInListeners {
    async fn bind(built_in: &BuiltIn) -> Result<Self, StartError> {
        const NAME: &str = "The built-in provider";
        let http = listen(NAME, built_in.listen, "IDP_ADDR").await?;
        let https = match &built_in.https {
            Some(https) => Some((listen(NAME, https.listen, "IDP_HTTPS_ADDR").await?, https.issuer.clone())),
            None => None,
        };
        Ok(Self { http, https })
    }
}

/// Whether the process itself created the file of this name in `DATA_DIR`, by default.
fn is_own_file(name: &str) -> bool {
    let mut databases = ["tessera.db", "idp.db"].into_iter();
    matches!(name, "session-secret" | "https") || databases.any(|database| name.starts_with(database))
}

async fn listen(name: &'static str, address: SocketAddr, variable: &'static str) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|source| StartError::Listen { name, address, variable, source })
}

/// Deletes expired records at every [`PURGE_INTERVAL`], until the process stops.
async fn purge(app: AppState, mut stopped: watch::Receiver<bool>) {
    while tokio::time::timeout(PURGE_INTERVAL, stopped.changed()).await.is_err() {
        let purged = async {
            let mut tx = app.db.write().await?;
            let purged = sessions::purge(&mut tx, app.clock.now()).await?;
            tx.commit().await?;
            Ok::<_, Error>(purged)
        };
        match purged.await {
            Ok(count) => tracing::debug!(count, "deleted expired records"),
            Err(error) => tracing::warn!(%error, "could not delete expired records"),
        }
    }
}
