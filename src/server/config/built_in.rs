//! Configuration of the built-in provider.

use std::{net::SocketAddr, path::Path};

use openidconnect::IssuerUrl;
use url::Url;

use super::{
    demo::{self, Reach},
    error::{ConfigError, origin},
    provider::ProviderConfig,
    variables::boolean,
};
use crate::kernel::{client_address::NetworkList, sealer::Sealer};

/// The client id of Tessera at the built-in provider.
pub const BUILT_IN_CLIENT_ID: &str = "tessera";

/// The client id of the program that administers the built-in provider.
pub const BUILT_IN_MANAGEMENT_CLIENT_ID: &str = "tessera-management";

/// The audience of Tessera's API at the built-in provider.
pub const BUILT_IN_AUDIENCE: &str = "https://api.tessera.example/";

/// Default rate limit of the built-in provider's Management API, in calls per minute.
const DEFAULT_RATE_LIMIT: u32 = 3_000;

/// Configuration of the built-in provider.
#[derive(Clone, Debug)]
pub struct BuiltIn {
    /// Whether it runs as a demo, with demo people whose password is public: `IDP_DEMO`.
    pub is_demo: bool,
    /// Address that the provider listens on: `IDP_ADDR`.
    pub listen: SocketAddr,
    /// Second address, served over TLS.
    pub https: Option<BuiltInHttps>,
    /// The provider's database: `IDP_DATABASE_URL`.
    pub database_url: String,
    /// The address of the database's owner, for migrations on `PostgreSQL`: `IDP_MIGRATION_DATABASE_URL`.
    pub migration_database_url: Option<String>,
    /// Rate limit of the Management API, in calls per client and minute: `IDP_RATE_LIMIT`.
    pub management_calls_per_minute: u32,
    /// `SESSION_SECRET_PREVIOUS`: the secret that sealed the provider's keys before `SESSION_SECRET` changed.
    pub previous_secret: Option<String>,
    /// Server and sender of the provider's mail.
    pub mail: Option<BuiltInMail>,
    /// Addresses that the provider may call for people although they are not public: `IDP_OUTBOUND_ALLOW`.
    pub outbound_allow: NetworkList,
    /// Client id of the program that administers the provider: `AUTH0_MANAGEMENT_CLIENT_ID`.
    pub management_client_id: String,
    /// `AUTH0_MANAGEMENT_CLIENT_SECRET`; derived from `SESSION_SECRET` if not set.
    pub management_client_secret: String,
}

/// Mail configuration of the built-in provider. Not validated here: the provider validates it.
#[derive(Clone)]
pub struct BuiltInMail {
    /// `IDP_SMTP_URL`. The URL may contain a password.
    pub smtp_url: String,
    /// `IDP_MAIL_FROM`.
    pub from: String,
}

impl std::fmt::Debug for BuiltInMail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BuiltInMail").field("from", &self.from).finish_non_exhaustive()
    }
}

/// The built-in provider's second address. It is an issuer of its own.
#[derive(Clone, Debug)]
pub struct BuiltInHttps {
    /// `IDP_HTTPS_ADDR`.
    pub listen: SocketAddr,
    pub issuer: Url,
}

/// Reads the configuration of the built-in provider, and of the application as its client. `application` is the address
/// that the application listens on, and its origin.
pub(super) fn read(
    variable: &impl Fn(&str) -> Option<String>,
    data_dir: &Path,
    application: (SocketAddr, &Url),
    serves_https: bool,
    sealer: &Sealer,
) -> Result<(ProviderConfig, BuiltIn), ConfigError> {
    let may_be_public = boolean(variable, "IDP_ALLOW_PUBLIC")?.unwrap_or(false);
    let address = |name: &str, text: &str| idp_address(name, text, may_be_public);
    let listen = address("IDP_ADDR", &variable("IDP_ADDR").unwrap_or_else(|| "127.0.0.1:4400".to_owned()))?;
    let https = variable("IDP_HTTPS_ADDR").or_else(|| serves_https.then(|| "127.0.0.1:4443".to_owned()));
    let https = match https {
        Some(text) => {
            let listen = address("IDP_HTTPS_ADDR", &text)?;
            let issuer = origin("IDP_HTTPS_ADDR", &format!("https://localhost:{}", listen.port()))?;
            Some(BuiltInHttps { listen, issuer })
        }
        None => None,
    };
    let management_calls_per_minute = match variable("IDP_RATE_LIMIT") {
        Some(text) => text.parse().map_err(|_| {
            ConfigError(format!("IDP_RATE_LIMIT is “{text}”, which is not a number of calls a minute."))
        })?,
        None => DEFAULT_RATE_LIMIT,
    };
    let idp_database_url =
        variable("IDP_DATABASE_URL").unwrap_or_else(|| format!("sqlite://{}/idp.db", data_dir.display()));
    let issuer = issuer(variable, listen)?;
    let mut reach = Reach {
        listeners: vec![("HOST", application.0), ("IDP_ADDR", listen)],
        origins: vec![("APP_BASE_URL", application.1), ("IDP_BASE_URL", &issuer)],
        may_be_public,
    };
    reach.listeners.extend(https.iter().map(|https| ("IDP_HTTPS_ADDR", https.listen)));
    let is_demo = demo::is_demo(variable, &reach)?;
    let provider = ProviderConfig {
        issuer: IssuerUrl::from_url(issuer),
        client_id: BUILT_IN_CLIENT_ID.to_owned(),
        client_secret: variable("AUTH0_CLIENT_SECRET")
            .unwrap_or_else(|| sealer.derive("client secret at the built-in provider")),
        audience: BUILT_IN_AUDIENCE.to_owned(),
    };
    let built_in = BuiltIn {
        is_demo,
        listen,
        https,
        database_url: idp_database_url,
        migration_database_url: variable("IDP_MIGRATION_DATABASE_URL"),
        management_calls_per_minute,
        previous_secret: variable("SESSION_SECRET_PREVIOUS"),
        mail: mail(variable)?,
        outbound_allow: outbound_allow(variable)?,
        management_client_id: variable("AUTH0_MANAGEMENT_CLIENT_ID")
            .unwrap_or_else(|| BUILT_IN_MANAGEMENT_CLIENT_ID.to_owned()),
        management_client_secret: variable("AUTH0_MANAGEMENT_CLIENT_SECRET")
            .unwrap_or_else(|| sealer.derive("management client secret at the built-in provider")),
    };
    Ok((provider, built_in))
}

fn idp_address(name: &str, text: &str, may_be_public: bool) -> Result<SocketAddr, ConfigError> {
    let address: SocketAddr =
        text.parse().map_err(|_| ConfigError(format!("{name} is not an address like 127.0.0.1:4400.")))?;
    if !address.ip().is_loopback() && !may_be_public {
        return Err(ConfigError(format!(
            "{name} is {address}, which others can reach. Use a loopback address, or set IDP_ALLOW_PUBLIC=true if others \
             are to sign in at the built-in provider."
        )));
    }
    Ok(address)
}

fn outbound_allow(variable: &impl Fn(&str) -> Option<String>) -> Result<NetworkList, ConfigError> {
    let text = variable("IDP_OUTBOUND_ALLOW").unwrap_or_default();
    text.parse().map_err(|error| ConfigError(format!("IDP_OUTBOUND_ALLOW is invalid: {error}.")))
}

/// Reads the issuer of the provider's plain address: the origin at which browsers and Tessera reach it.
fn issuer(variable: &impl Fn(&str) -> Option<String>, listen: SocketAddr) -> Result<Url, ConfigError> {
    const NAME: &str = "IDP_BASE_URL";
    let Some(text) = variable(NAME) else {
        return origin("IDP_ADDR", &format!("http://localhost:{}", listen.port()));
    };
    let issuer = origin(NAME, &text)?;
    if issuer.scheme() == "http" && !demo::is_this_machine(&issuer) {
        return Err(ConfigError(format!(
            "{NAME} is {issuer}, and passwords would cross the network in clear text. Use https, with a reverse proxy \
             in front of IDP_ADDR."
        )));
    }
    Ok(issuer)
}

fn mail(variable: &impl Fn(&str) -> Option<String>) -> Result<Option<BuiltInMail>, ConfigError> {
    match (variable("IDP_SMTP_URL"), variable("IDP_MAIL_FROM")) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(ConfigError(
            "IDP_MAIL_FROM is set, but IDP_SMTP_URL is not. It names the server that delivers the mail.".to_owned(),
        )),
        (Some(_), None) => Err(ConfigError(
            "IDP_MAIL_FROM is not set. With IDP_SMTP_URL it says whom mail is from, for example \
             Tessera <hello@example.com>."
                .to_owned(),
        )),
        (Some(smtp_url), Some(from)) => Ok(Some(BuiltInMail { smtp_url, from })),
    }
}
