//! Configuration: read once from the environment, checked whole, and passed on. `.env.example` explains each name.

use std::{net::SocketAddr, path::PathBuf};

use url::Url;

use crate::idp::{PasswordCost, SmtpConfig, SmtpError};

/// The client id of Tessera at the built-in provider.
pub const BUILT_IN_CLIENT_ID: &str = "tessera";

/// The client id of the program that administers the built-in provider.
pub const BUILT_IN_MANAGEMENT_CLIENT_ID: &str = "tessera-management";

/// The audience of Tessera's API at the built-in provider.
pub const BUILT_IN_AUDIENCE: &str = "https://api.tessera.example/";

/// Calls a minute of the built-in provider's Management API.
const DEFAULT_RATE_LIMIT: u32 = 3_000;

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
    /// The built-in provider, when no other is configured.
    pub built_in: Option<BuiltIn>,
}

/// The identity provider as the application sees it, whichever it is.
#[derive(Clone, Debug)]
pub struct ProviderConfig {
    /// Exactly as in its tokens, for Auth0 with a trailing slash: `AUTH0_ISSUER_URL`, or made of `AUTH0_DOMAIN`.
    pub issuer: Url,
    /// `AUTH0_CLIENT_ID`.
    pub client_id: String,
    /// `AUTH0_CLIENT_SECRET`.
    pub client_secret: String,
    /// The identifier of Tessera's API: `AUTH0_AUDIENCE`.
    pub audience: String,
}

/// What the built-in provider needs to know.
#[derive(Clone, Debug)]
pub struct BuiltIn {
    /// Where it listens: `IDP_ADDR`.
    pub listen: SocketAddr,
    /// Where it listens besides, with TLS.
    pub https: Option<BuiltInHttps>,
    /// Its database: `IDP_DATABASE_URL`.
    pub database_url: String,
    /// How often a client may call its Management API within a minute: `IDP_RATE_LIMIT`.
    pub management_calls_per_minute: u32,
    /// How its mail goes out: `IDP_SMTP_URL` and `IDP_MAIL_FROM`.
    pub smtp: Option<SmtpConfig>,
    /// The program that administers it: `AUTH0_MANAGEMENT_CLIENT_ID`.
    pub management_client_id: String,
    /// `AUTH0_MANAGEMENT_CLIENT_SECRET`; made from the session's secret when there is none.
    pub management_client_secret: String,
    /// What hashing a password costs there.
    pub password_cost: PasswordCost,
}

/// The built-in provider's second address, at which it is another issuer.
#[derive(Clone, Debug)]
pub struct BuiltInHttps {
    /// `IDP_HTTPS_ADDR`.
    pub listen: SocketAddr,
    pub issuer: Url,
}

/// Something in the environment is missing or wrong; the text says which and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

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
        let issuer = issuer(&variable)?;
        let session_secret = match (variable("SESSION_SECRET"), &issuer) {
            (Some(secret), _) if secret.len() >= 32 => secret,
            (Some(_), _) => {
                return Err(ConfigError(
                    "SESSION_SECRET is shorter than 32 characters. Make one with: openssl rand -base64 48".to_owned(),
                ));
            }
            (None, None) => demo_secret(&data_dir)?,
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
        let (provider, built_in) = if let Some(issuer) = issuer {
            let required = |name: &str| {
                variable(name).ok_or_else(|| {
                    ConfigError(format!(
                        "{name} is not set. It is needed when AUTH0_DOMAIN or AUTH0_ISSUER_URL is; .env.example says \
                         where to find it."
                    ))
                })
            };
            let provider = ProviderConfig {
                issuer,
                client_id: required("AUTH0_CLIENT_ID")?,
                client_secret: required("AUTH0_CLIENT_SECRET")?,
                audience: required("AUTH0_AUDIENCE")?,
            };
            (provider, None)
        } else {
            let (provider, built_in) = built_in(&variable, &data_dir, serves_https)?;
            (provider, Some(built_in))
        };
        let site_root = PathBuf::from(variable("LEPTOS_SITE_ROOT").unwrap_or_else(|| "target/site".to_owned()));
        let hash_files = variable("LEPTOS_HASH_FILES").as_deref() == Some("true");
        let mut config = Self {
            listen,
            serves_https,
            base_url,
            database_url,
            data_dir,
            site_root,
            hash_files,
            session_secret,
            provider,
            built_in,
        };
        let sealer = config.sealer();
        if let Some(built_in) = &mut config.built_in {
            if config.provider.client_secret.is_empty() {
                config.provider.client_secret = sealer.derive("client secret at the built-in provider");
            }
            if built_in.management_client_secret.is_empty() {
                built_in.management_client_secret = sealer.derive("management client secret at the built-in provider");
            }
        }
        Ok(config)
    }

    /// Seals with the configured secret.
    #[must_use]
    pub fn sealer(&self) -> super::crypto::Sealer {
        super::crypto::Sealer::new(&self.session_secret, crate::random::Random::system())
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

/// The built-in provider, and how the application finds it. Their secrets may still be empty.
fn built_in(
    variable: &impl Fn(&str) -> Option<String>,
    data_dir: &std::path::Path,
    serves_https: bool,
) -> Result<(ProviderConfig, BuiltIn), ConfigError> {
    let may_be_public = variable("IDP_ALLOW_PUBLIC").as_deref() == Some("true");
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
    let provider = ProviderConfig {
        issuer: origin("IDP_ADDR", &format!("http://localhost:{}", listen.port()))?,
        client_id: BUILT_IN_CLIENT_ID.to_owned(),
        client_secret: variable("AUTH0_CLIENT_SECRET").unwrap_or_default(),
        audience: BUILT_IN_AUDIENCE.to_owned(),
    };
    let built_in = BuiltIn {
        listen,
        https,
        database_url: idp_database_url,
        management_calls_per_minute,
        smtp: smtp(variable)?,
        management_client_id: variable("AUTH0_MANAGEMENT_CLIENT_ID")
            .unwrap_or_else(|| BUILT_IN_MANAGEMENT_CLIENT_ID.to_owned()),
        management_client_secret: variable("AUTH0_MANAGEMENT_CLIENT_SECRET").unwrap_or_default(),
        password_cost: PasswordCost::default(),
    };
    Ok((provider, built_in))
}

fn idp_address(name: &str, text: &str, may_be_public: bool) -> Result<SocketAddr, ConfigError> {
    let address: SocketAddr =
        text.parse().map_err(|_| ConfigError(format!("{name} is not an address like 127.0.0.1:4400.")))?;
    if !address.ip().is_loopback() && !may_be_public {
        return Err(ConfigError(format!(
            "{name} is {address}, which others can reach, and the built-in provider knows people whose password is \
             public. Use a loopback address, or set IDP_ALLOW_PUBLIC=true if you mean it."
        )));
    }
    Ok(address)
}

fn smtp(variable: &impl Fn(&str) -> Option<String>) -> Result<Option<SmtpConfig>, ConfigError> {
    let (url, from) = match (variable("IDP_SMTP_URL"), variable("IDP_MAIL_FROM")) {
        (None, _) => return Ok(None),
        (Some(_), None) => {
            return Err(ConfigError(
                "IDP_MAIL_FROM is not set. With IDP_SMTP_URL it says whom mail is from, for example \
                 Tessera <hello@example.com>."
                    .to_owned(),
            ));
        }
        (Some(url), Some(from)) => (url, from),
    };
    // The address may have a password in it and is not repeated.
    SmtpConfig::new(&url, &from).map(Some).map_err(|error| match error {
        SmtpError::From => ConfigError(format!("IDP_MAIL_FROM is “{from}”, which {error}.")),
        SmtpError::Url | SmtpError::Tls(_) => ConfigError(format!("The value of IDP_SMTP_URL {error}.")),
    })
}

fn issuer(variable: &impl Fn(&str) -> Option<String>) -> Result<Option<Url>, ConfigError> {
    let text = match (variable("AUTH0_ISSUER_URL"), variable("AUTH0_DOMAIN")) {
        (Some(issuer), _) => issuer,
        (None, Some(domain)) => format!("https://{domain}/"),
        (None, None) => return Ok(None),
    };
    let issuer = Url::parse(&text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some())
        .ok_or_else(|| {
            ConfigError(format!("“{text}” is not the address of an issuer. Use AUTH0_DOMAIN=name.eu.auth0.com"))
        })?;
    Ok(Some(issuer))
}

fn origin(name: &str, text: &str) -> Result<Url, ConfigError> {
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.path() == "/" && url.query().is_none())
        .ok_or_else(|| {
            ConfigError(format!("{name} is “{text}”, which is not an origin like https://tessera.example.com"))
        })
}

/// The secret of a machine that only tries Tessera out: made once, kept in a file that only its user can read.
fn demo_secret(data_dir: &std::path::Path) -> Result<String, ConfigError> {
    let file = data_dir.join("session-secret");
    if let Ok(secret) = std::fs::read_to_string(&file) {
        return Ok(secret.trim().to_owned());
    }
    let secret = crate::random::Random::system().token();
    std::fs::create_dir_all(data_dir)
        .and_then(|()| write_private(&file, &secret))
        .map_err(|error| ConfigError(format!("{} cannot be written: {error}", file.display())))?;
    Ok(secret)
}

#[cfg(unix)]
fn write_private(file: &std::path::Path, text: &str) -> std::io::Result<()> {
    use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _};
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    file.write_all(text.as_bytes())
}

#[cfg(not(unix))]
fn write_private(file: &std::path::Path, text: &str) -> std::io::Result<()> {
    std::fs::write(file, text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Config, String> {
        let variables: BTreeMap<_, _> = variables.iter().copied().collect();
        Config::read(|name| variables.get(name).map(ToString::to_string)).map_err(|error| error.to_string())
    }

    const AUTH0: [(&str, &str); 5] = [
        ("AUTH0_DOMAIN", "example.eu.auth0.com"),
        ("AUTH0_CLIENT_ID", "client"),
        ("AUTH0_CLIENT_SECRET", "secret"),
        ("AUTH0_AUDIENCE", "https://api.example.com/"),
        ("SESSION_SECRET", "0123456789abcdef0123456789abcdef"),
    ];

    #[test]
    fn a_tenant_needs_its_client_and_a_secret() {
        let config = read(&AUTH0).unwrap();
        assert_eq!(config.provider.issuer.as_str(), "https://example.eu.auth0.com/");
        assert!(config.built_in.is_none());
        for (missing, _) in &AUTH0[1..] {
            let rest: Vec<_> = AUTH0.into_iter().filter(|(name, _)| name != missing).collect();
            assert!(read(&rest).unwrap_err().contains(missing), "{missing}");
        }
    }

    #[test]
    fn a_wrong_value_is_named() {
        for (name, value) in [
            ("PORT", "http"),
            ("HOST", "localhost"),
            ("APP_BASE_URL", "localhost:3000"),
            ("APP_BASE_URL", "https://example.com/tessera"),
            ("SESSION_SECRET", "short"),
            ("AUTH0_ISSUER_URL", "example"),
        ] {
            let mut variables = AUTH0.to_vec();
            variables.retain(|(known, _)| *known != name);
            variables.push((name, value));
            let error = read(&variables).unwrap_err();
            assert!(error.contains(name) || error.contains(value), "{name}={value}: {error}");
        }
    }

    #[test]
    fn mail_of_the_built_in_provider_needs_a_server_and_a_sender() {
        let secret = ("SESSION_SECRET", AUTH0[4].1);
        let (url, from) =
            (("IDP_SMTP_URL", "smtp://me:hush@localhost:1025"), ("IDP_MAIL_FROM", "Tessera <a@b.example>"));
        assert!(read(&[secret, from]).unwrap().built_in.unwrap().smtp.is_none());
        assert!(read(&[secret, url, from]).unwrap().built_in.unwrap().smtp.is_some());
        assert!(read(&[secret, url]).unwrap_err().contains("IDP_MAIL_FROM is not set"));
        assert!(read(&[secret, url, ("IDP_MAIL_FROM", "nobody")]).unwrap_err().contains("“nobody”"));
        let wrong = read(&[secret, ("IDP_SMTP_URL", "imap://me:hush@localhost"), from]).unwrap_err();
        assert!(wrong.contains("IDP_SMTP_URL") && !wrong.contains("hush"), "{wrong}");
    }

    #[test]
    fn the_built_in_provider_stays_on_this_machine() {
        let secret = ("SESSION_SECRET", AUTH0[4].1);
        let config = read(&[secret]).unwrap();
        assert!(config.built_in.is_some());
        assert_eq!(config.provider.issuer.as_str(), "http://localhost:4400/");
        assert_eq!(config.provider.client_secret.len(), 43);
        assert!(read(&[secret, ("IDP_ADDR", "0.0.0.0:4400")]).unwrap_err().contains("IDP_ALLOW_PUBLIC"));
        assert!(read(&[secret, ("IDP_ADDR", "0.0.0.0:4400"), ("IDP_ALLOW_PUBLIC", "true")]).is_ok());
        assert!(read(&[secret, ("IDP_HTTPS_ADDR", "0.0.0.0:4443")]).unwrap_err().contains("IDP_HTTPS_ADDR"));
    }

    #[test]
    fn with_https_the_application_and_the_provider_have_addresses_of_their_own() {
        let config = read(&[("SESSION_SECRET", AUTH0[4].1), ("HTTPS", "true")]).unwrap();
        assert_eq!(config.base_url.as_str(), "https://127.0.0.1:3000/");
        assert_eq!(config.provider.issuer.as_str(), "http://localhost:4400/");
        assert_eq!(config.built_in.unwrap().https.unwrap().issuer.as_str(), "https://localhost:4443/");
        let plain = read(&[("SESSION_SECRET", AUTH0[4].1)]).unwrap();
        assert!(!plain.serves_https && plain.built_in.unwrap().https.is_none());
    }
}
