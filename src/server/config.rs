//! The configuration: read from the environment and validated once at start. `.env.example` explains each variable.

mod built_in;
mod connections;
mod demo;
mod error;
mod metrics;
mod provider;
mod secret;
mod variables;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use url::Url;

use self::error::origin;
use crate::kernel::{client_address::TrustedProxies, database::Durability, sealer::Sealer};

pub use self::{
    built_in::{BuiltIn, BuiltInHttps},
    connections::ConnectionLimits,
    error::ConfigError,
    provider::{ManagementConfig, ProviderConfig},
    variables::Variables,
};

/// The configuration of one process.
#[derive(Clone, Debug)]
pub struct Config {
    /// Address that the application listens on: `HOST`, `PORT`.
    pub listen: SocketAddr,
    /// Whether the application is served over TLS with a self-signed certificate: `HTTPS` or `--https`.
    pub serves_https: bool,
    /// The application's public origin, with a trailing slash: `APP_BASE_URL`.
    pub base_url: Url,
    /// `DATABASE_URL`. On `PostgreSQL`, the address of a role that owns nothing.
    pub database_url: String,
    /// `MIGRATION_DATABASE_URL`: the address of the database's owner, for migrations on `PostgreSQL`.
    pub migration_database_url: Option<String>,
    /// What a committed transaction survives in the databases of application and built-in provider, on `SQLite`:
    /// `SQLITE_SYNCHRONOUS`.
    pub durability: Durability,
    /// `LISTEN_DATABASE_URL`: the address of `PostgreSQL` itself, for notifications, if `database_url` is that of a
    /// connection pooler. They are for one connection, and a pooler gives a connection to another client after each
    /// transaction.
    pub listen_database_url: Option<String>,
    /// The folder for the application's own files: `DATA_DIR`.
    pub data_dir: PathBuf,
    /// The folder of the built site: `LEPTOS_SITE_ROOT`.
    pub site_root: PathBuf,
    /// Whether the names of built files contain a hash: `LEPTOS_HASH_FILES`.
    pub hash_files: bool,
    /// `SESSION_SECRET`.
    pub session_secret: String,
    pub provider: ProviderConfig,
    /// Client of the provider's Management API, if configured.
    pub management: Option<ManagementConfig>,
    /// DNS server for domain verification, instead of the system's: `DNS_SERVER`.
    pub dns_server: Option<SocketAddr>,
    /// Reverse proxies that are believed about the client's address: `TRUSTED_PROXIES`.
    pub trusted_proxies: TrustedProxies,
    pub connections: ConnectionLimits,
    /// How long requests are served after a stop was requested and `/readyz` says so: `SHUTDOWN_DELAY`.
    pub shutdown_delay: Duration,
    /// Address that the metrics are served on, if they are: `METRICS_ADDR`.
    pub metrics: Option<SocketAddr>,
    /// The built-in provider, if no other is configured.
    pub built_in: Option<BuiltIn>,
}

impl Config {
    /// Reads the configuration from the environment variables.
    ///
    /// # Errors
    /// [`ConfigError`] for the first variable that is misspelt, missing or invalid, or if the generated session secret
    /// cannot be written to `DATA_DIR`.
    pub fn read(variables: &Variables) -> Result<Self, ConfigError> {
        variables::check_names(variables)?;
        let variable = |name: &str| variables::value(variables, name);
        let data_dir = PathBuf::from(variable("DATA_DIR").unwrap_or_else(|| "data".to_owned()));
        let listen = listen(&variable)?;
        let serves_https = variable("HTTPS").as_deref() == Some("true");
        let base_url = match variable("APP_BASE_URL") {
            Some(text) => origin("APP_BASE_URL", &text)?,
            // Not localhost, because Auth0 rejects it in a login URI.
            None if serves_https => origin("APP_BASE_URL", &format!("https://127.0.0.1:{}", listen.port()))?,
            None => origin("APP_BASE_URL", &format!("http://localhost:{}", listen.port()))?,
        };
        let issuer = provider::issuer(&variable)?;
        let session_secret = match (variable("SESSION_SECRET"), &issuer) {
            (Some(secret), _) if secret.len() >= 32 => secret,
            (Some(_), _) => {
                return Err(ConfigError(
                    "SESSION_SECRET is shorter than 32 characters. Make one with: openssl rand -base64 48".to_owned(),
                ));
            }
            (None, None) => secret::demo_secret(&data_dir)?,
            (None, Some(_)) => {
                return Err(ConfigError(
                    "SESSION_SECRET is not set. It encrypts the tokens in the database and is needed with an identity \
                     provider of your own. Make one with: openssl rand -base64 48"
                        .to_owned(),
                ));
            }
        };
        let database_url =
            variable("DATABASE_URL").unwrap_or_else(|| format!("sqlite://{}/tessera.db", data_dir.display()));
        let sealer = sealer(&session_secret);
        let (provider, management, built_in) = if let Some(issuer) = issuer {
            let provider = ProviderConfig::read(&variable, issuer)?;
            let management = ManagementConfig::read(&variable, &provider)?;
            (provider, management, None)
        } else {
            let (provider, built_in) =
                built_in::read(&variable, &data_dir, (listen, &base_url), serves_https, &sealer)?;
            let management = ManagementConfig::new(
                &provider,
                built_in.management_client_id.clone(),
                built_in.management_client_secret.clone(),
            );
            (provider, Some(management), Some(built_in))
        };
        let site_root = PathBuf::from(variable("LEPTOS_SITE_ROOT").unwrap_or_else(|| "target/site".to_owned()));
        let hash_files = variable("LEPTOS_HASH_FILES").as_deref() == Some("true");
        Ok(Self {
            listen,
            serves_https,
            base_url,
            database_url,
            migration_database_url: variable("MIGRATION_DATABASE_URL"),
            durability: durability(&variable)?,
            listen_database_url: listen_database_url(&variable)?,
            data_dir,
            site_root,
            hash_files,
            session_secret,
            provider,
            management,
            dns_server: dns_server(&variable)?,
            trusted_proxies: trusted_proxies(&variable)?,
            shutdown_delay: shutdown_delay(&variable)?,
            metrics: metrics::read(&variable)?,
            connections: connections::read(variable)?,
            built_in,
        })
    }

    /// Returns the absolute URL of `path`, a path of the application.
    ///
    /// # Panics
    /// If `path` is not a valid path.
    #[must_use]
    pub fn url(&self, path: &str) -> Url {
        self.base_url.join(path).expect("the path is valid")
    }

    /// Whether the built-in provider runs as a demo, with demo people whose password is public.
    #[must_use]
    pub fn is_demo(&self) -> bool {
        self.built_in.as_ref().is_some_and(|built_in| built_in.is_demo)
    }

    /// Whether browsers reach the application over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.base_url.scheme() == "https"
    }
}

fn listen(variable: &impl Fn(&str) -> Option<String>) -> Result<SocketAddr, ConfigError> {
    let host = variable("HOST").unwrap_or_else(|| "127.0.0.1".to_owned());
    let port = variable("PORT").unwrap_or_else(|| "3000".to_owned());
    let host = host.parse().map_err(|_| ConfigError(format!("HOST is “{host}”, which is not an IP address.")))?;
    let port = port.parse().map_err(|_| ConfigError(format!("PORT is “{port}”, which is not a port number.")))?;
    Ok(SocketAddr::new(host, port))
}

fn listen_database_url(variable: &impl Fn(&str) -> Option<String>) -> Result<Option<String>, ConfigError> {
    let Some(url) = variable("LISTEN_DATABASE_URL") else { return Ok(None) };
    if !url.starts_with("postgres:") && !url.starts_with("postgresql:") {
        // The URL may contain a password, so the error does not repeat it.
        return Err(ConfigError(
            "LISTEN_DATABASE_URL is not an address like postgres://user:password@host/database. It is for PostgreSQL \
             behind a connection pooler; otherwise remove it."
                .to_owned(),
        ));
    }
    Ok(Some(url))
}

fn dns_server(variable: &impl Fn(&str) -> Option<String>) -> Result<Option<SocketAddr>, ConfigError> {
    let Some(text) = variable("DNS_SERVER") else { return Ok(None) };
    let address = text.parse().or_else(|_| text.parse().map(|ip| SocketAddr::new(ip, 53)));
    address.map(Some).map_err(|_| {
        ConfigError(format!("DNS_SERVER is “{text}”, which is not an address like 192.0.2.1 or 127.0.0.1:5353."))
    })
}

fn trusted_proxies(variable: &impl Fn(&str) -> Option<String>) -> Result<TrustedProxies, ConfigError> {
    let text = variable("TRUSTED_PROXIES").unwrap_or_default();
    text.parse().map_err(|error| ConfigError(format!("TRUSTED_PROXIES is invalid: {error}.")))
}

fn durability(variable: &impl Fn(&str) -> Option<String>) -> Result<Durability, ConfigError> {
    let Some(text) = variable("SQLITE_SYNCHRONOUS") else { return Ok(Durability::default()) };
    text.parse().map_err(|()| ConfigError(format!("SQLITE_SYNCHRONOUS is “{text}”, which is neither normal nor full.")))
}

/// Longer than this, a supervisor would have killed the process.
const MAX_SHUTDOWN_DELAY: u64 = 600;

fn shutdown_delay(variable: &impl Fn(&str) -> Option<String>) -> Result<Duration, ConfigError> {
    let Some(text) = variable("SHUTDOWN_DELAY") else { return Ok(Duration::ZERO) };
    let seconds = text.parse().ok().filter(|seconds| *seconds <= MAX_SHUTDOWN_DELAY).ok_or_else(|| {
        ConfigError(format!(
            "SHUTDOWN_DELAY is “{text}”, which is not a number of seconds from 0 to {MAX_SHUTDOWN_DELAY}."
        ))
    })?;
    Ok(Duration::from_secs(seconds))
}

fn sealer(session_secret: &str) -> Sealer {
    Sealer::new(session_secret, crate::kernel::random::Random::system())
}

#[cfg(test)]
mod tests;
