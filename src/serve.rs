//! Puts the application and, where it is wanted, the built-in identity provider together in one process. The two share
//! a binary and nothing else: what one must know of the other is configuration, as it would be with a real tenant.

mod https;
mod provider;

use std::{future::Future, net::SocketAddr, time::Duration};

use axum::Router;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};
use url::Url;

use crate::{
    idp::{self, Idp, NewPassword},
    kernel::{clock::Clock, random::Random},
    server::{
        config::{BuiltIn, Config, ConfigError},
        db::OpenError,
        error::Error,
        http::router::router,
        live,
        repo::sessions,
        seed,
        services::{bin, domain_checks, reminders},
        state::AppState,
        sync::worker,
    },
};

pub use self::{
    https::{Certificate, CertificateError},
    provider::{demo_tenant, open_provider, provider_roles, read_config},
};

/// How long requests under way may take to finish when the process stops.
const GRACE: Duration = Duration::from_secs(10);

/// How often what has expired is removed.
const PURGE_EVERY: Duration = Duration::from_mins(10);

/// Why the process cannot start, in words for whoever starts it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(
        "{name} cannot listen on {address}: {source}. If another program uses the port, stop it or choose another with \
         {variable}."
    )]
    Listen { name: &'static str, address: SocketAddr, variable: &'static str, source: std::io::Error },
    #[error(transparent)]
    Database(#[from] OpenError),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("The built-in identity provider cannot start: {0}")]
    Provider(#[from] idp::Error),
    #[error("{0}")]
    Certificate(#[from] CertificateError),
    #[error("The demo data cannot be added: {0}")]
    Seed(#[from] Error),
}

/// A process that listens.
#[derive(Debug)]
pub struct Server {
    pub app: AppState,
    /// What https is served with, where it is.
    pub certificate: Option<Certificate>,
    /// Of the built-in provider's administrator, on the first start alone.
    pub administrator: Option<NewPassword>,
    provider: Option<Idp>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Server {
    /// Starts the application, and the built-in provider if the configuration wants one.
    ///
    /// # Errors
    /// [`StartError`], which says what to do.
    pub async fn start(config: Config, clock: Clock, random: Random) -> Result<Self, StartError> {
        // Take the port first: it is the most likely thing to fail.
        let listener = listen("Tessera", config.listen, "PORT").await?;
        Self::start_on(listener, config, clock, random).await
    }

    /// As [`Server::start`], on a port that has been taken already.
    ///
    /// # Errors
    /// As there.
    pub async fn start_on(
        listener: TcpListener,
        config: Config,
        clock: Clock,
        random: Random,
    ) -> Result<Self, StartError> {
        let built_in = match &config.built_in {
            Some(built_in) => Some((built_in.clone(), BuiltInListeners::take(built_in).await?)),
            None => None,
        };
        let provider_has_https = built_in.as_ref().is_some_and(|(_, listeners)| listeners.https.is_some());
        let certificate = if config.serves_https || provider_has_https {
            Some(Certificate::load_or_make(&config.data_dir)?)
        } else {
            None
        };
        let (stop, stopped) = watch::channel(false);
        let mut tasks = Vec::new();
        let (mut administrator, mut provider) = (None, None);
        if let Some((built_in, listeners)) = built_in {
            let idp = open_provider(&config, &built_in, clock.clone(), random.clone()).await?;
            administrator = idp.first_administrator().await?;
            if let Some(((listener, issuer), certificate)) = listeners.https.zip(certificate.as_ref()) {
                tasks.push(spawn(listener, idp.at(&issuer).router(), Some(certificate), stopped.clone()));
            }
            tasks.push(spawn(listeners.http, idp.router(), None, stopped.clone()));
            provider = Some(idp);
        }
        let is_demo = config.built_in.is_some();
        let app_certificate = certificate.as_ref().filter(|_| config.serves_https).cloned();
        let app = AppState::open(config, clock, random).await?;
        if is_demo {
            seed::demo(&app.db, &app.clock, &app.random, app.provider.issuer()).await?;
        }
        tasks.push(spawn(listener, router(&app), app_certificate.as_ref(), stopped.clone()));
        tasks.push(tokio::spawn(worker::run(app.clone(), stopped.clone())));
        tasks.push(tokio::spawn(domain_checks::run(app.clone(), stopped.clone())));
        tasks.push(tokio::spawn(reminders::run(app.clone(), stopped.clone())));
        tasks.push(tokio::spawn(bin::run(app.clone(), stopped.clone())));
        tasks.push(tokio::spawn(live::listener::run(app.clone(), stopped.clone())));
        tasks.push(tokio::spawn(purge(app.clone(), stopped)));
        Ok(Self { app, certificate, administrator, provider, stop, tasks })
    }

    /// Serves until `signal`, then lets the requests under way finish.
    pub async fn run_until(self, signal: impl Future<Output = ()>) {
        signal.await;
        self.stop().await;
    }

    /// Lets the requests under way finish, for ten seconds at most, then what goes on beside them, and closes the databases.
    pub async fn stop(self) {
        _ = self.stop.send(true);
        // A stream would never end by itself.
        self.app.db.announcements.close();
        for task in self.tasks {
            _ = tokio::time::timeout(GRACE, task).await;
        }
        // A request that still holds a connection after its time does not hold the process.
        _ = tokio::time::timeout(GRACE, self.app.db.close()).await;
        if let Some(provider) = self.provider {
            _ = tokio::time::timeout(2 * GRACE, provider.close()).await;
        }
    }
}

/// The built-in provider's ports.
struct BuiltInListeners {
    http: TcpListener,
    /// With the issuer of those who come through it.
    https: Option<(TcpListener, Url)>,
}

impl BuiltInListeners {
    async fn take(built_in: &BuiltIn) -> Result<Self, StartError> {
        const NAME: &str = "The built-in provider";
        let http = listen(NAME, built_in.listen, "IDP_ADDR").await?;
        let https = match &built_in.https {
            Some(https) => Some((listen(NAME, https.listen, "IDP_HTTPS_ADDR").await?, https.issuer.clone())),
            None => None,
        };
        Ok(Self { http, https })
    }
}

async fn listen(name: &'static str, address: SocketAddr, variable: &'static str) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|source| StartError::Listen { name, address, variable, source })
}

/// Serves `router` until the process is told to stop, with TLS when there is a certificate.
fn spawn(
    listener: TcpListener,
    router: Router,
    certificate: Option<&Certificate>,
    mut stopped: watch::Receiver<bool>,
) -> JoinHandle<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let certificate = certificate.cloned();
    tokio::spawn(async move {
        let served = match certificate {
            None => {
                let stop = async move { _ = stopped.changed().await };
                axum::serve(listener, service).with_graceful_shutdown(stop).await
            }
            Some(certificate) => {
                let handle = axum_server::Handle::new();
                let stopping = handle.clone();
                tokio::spawn(async move {
                    _ = stopped.changed().await;
                    stopping.graceful_shutdown(Some(GRACE));
                });
                match listener.into_std().and_then(|it| axum_server::from_tcp_rustls(it, certificate.config)) {
                    Ok(server) => server.handle(handle).serve(service).await,
                    Err(error) => Err(error),
                }
            }
        };
        if let Err(error) = served {
            tracing::error!(%error, "a listener ended");
        }
    })
}

async fn purge(app: AppState, mut stopped: watch::Receiver<bool>) {
    while tokio::time::timeout(PURGE_EVERY, stopped.changed()).await.is_err() {
        let purged = async {
            let mut tx = app.db.write().await?;
            let purged = sessions::purge(&mut tx, app.clock.now()).await?;
            tx.commit().await?;
            Ok::<_, Error>(purged)
        };
        match purged.await {
            Ok(count) => tracing::debug!(count, "removed what had expired"),
            Err(error) => tracing::warn!(%error, "what has expired could not be removed"),
        }
    }
}
