//! Configuration: read once from the environment, checked whole, and passed on. `.env.example` explains each name.

mod built_in;
mod provider;
mod secret;

use std::{net::SocketAddr, path::PathBuf};

use url::Url;

use super::crypto::Sealer;

pub use self::{
    built_in::{BuiltIn, BuiltInHttps, BuiltInMail},
    provider::{ManagementConfig, ProviderConfig},
};

/// The configuration of one process.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the application listens: `HOST`, `PORT`.
    pub listen: SocketAddr,
    /// Whether the application is served with TLS, with a certificate of this machine's own: `HTTPS`, or `--https`.
    pub serves_https: bool,
    /// The origin that browsers see, with a trailing slash: `APP_BASE_URL`.
    pub base_url: Url,
    /// `DATABASE_URL`.
    pub database_url: String,
    /// The folder for files of ours: `DATA_DIR`.
    pub data_dir: PathBuf,
    /// The folder of the built site: `LEPTOS_SITE_ROOT`.
    pub site_root: PathBuf,
    /// Whether the names of built files hold a hash: `LEPTOS_HASH_FILES`.
    pub hash_files: bool,
    /// `SESSION_SECRET`.
    pub session_secret: String,
    pub provider: ProviderConfig,
    /// The provider's Management API, where we may use it.
    pub management: Option<ManagementConfig>,
    /// The server that is asked for the records of domains, instead of the machine's own: `DNS_SERVER`.
    pub dns_server: Option<SocketAddr>,
    /// The built-in provider, when no other is configured.
    pub built_in: Option<BuiltIn>,
}

/// Something in the environment is missing or wrong; the text says which and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);

impl Config {
    /// Reads the configuration through `variable`, which gives the value of an environment variable.
    ///
    /// # Errors
    /// [`ConfigError`] for the first value that is missing or wrong. The demo's session secret is made when there is
    /// none; that can fail when `DATA_DIR` cannot be written to.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let variable = |name: &str| variable(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let data_dir = PathBuf::from(variable("DATA_DIR").unwrap_or_else(|| "data".to_owned()));
        let listen = listen(&variable)?;
        let serves_https = variable("HTTPS").as_deref() == Some("true");
        let base_url = match variable("APP_BASE_URL") {
            Some(text) => origin("APP_BASE_URL", &text)?,
            // Not localhost, which Auth0 refuses as the address where a login begins.
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
            let (provider, built_in) = built_in::read(&variable, &data_dir, serves_https, &sealer)?;
            let management = ManagementConfig::built_in(&provider, &built_in);
            (provider, Some(management), Some(built_in))
        };
        let site_root = PathBuf::from(variable("LEPTOS_SITE_ROOT").unwrap_or_else(|| "target/site".to_owned()));
        let hash_files = variable("LEPTOS_HASH_FILES").as_deref() == Some("true");
        Ok(Self {
            listen,
            serves_https,
            base_url,
            database_url,
            data_dir,
            site_root,
            hash_files,
            session_secret,
            provider,
            management,
            dns_server: dns_server(&variable)?,
            built_in,
        })
    }

    /// An address of the application.
    ///
    /// # Panics
    /// When `path` is no path; it is always one of ours.
    #[must_use]
    pub fn url(&self, path: &str) -> Url {
        self.base_url.join(path).expect("a path of ours")
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

fn dns_server(variable: &impl Fn(&str) -> Option<String>) -> Result<Option<SocketAddr>, ConfigError> {
    let Some(text) = variable("DNS_SERVER") else { return Ok(None) };
    let address = text.parse().or_else(|_| text.parse().map(|ip| SocketAddr::new(ip, 53)));
    address.map(Some).map_err(|_| {
        ConfigError(format!("DNS_SERVER is “{text}”, which is not an address like 192.0.2.1 or 127.0.0.1:5353."))
    })
}

fn sealer(session_secret: &str) -> Sealer {
    Sealer::new(session_secret, crate::kernel::random::Random::system())
}

fn origin(name: &str, text: &str) -> Result<Url, ConfigError> {
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.path() == "/" && url.query().is_none())
        .ok_or_else(|| {
            ConfigError(format!("{name} is “{text}”, which is not an origin like https://tessera.example.com"))
        })
}

#[cfg(test)]
mod tests;
