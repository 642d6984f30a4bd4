//! The identity provider, whichever it is.

use url::Url;

use super::{BuiltIn, ConfigError};

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

/// How the application administers the provider: a client of its own with the client-credentials grant.
#[derive(Clone, Debug)]
pub struct ManagementConfig {
    /// Where the API is, with a trailing slash.
    pub api: Url,
    /// The API's identifier: `AUTH0_MANAGEMENT_AUDIENCE`, without which it is the issuer's `api/v2/`.
    pub audience: String,
    /// `AUTH0_MANAGEMENT_CLIENT_ID`.
    pub client_id: String,
    /// `AUTH0_MANAGEMENT_CLIENT_SECRET`.
    pub client_secret: String,
}

impl ProviderConfig {
    pub(super) fn read(variable: &impl Fn(&str) -> Option<String>, issuer: Url) -> Result<Self, ConfigError> {
        let required = |name: &str| {
            variable(name).ok_or_else(|| {
                ConfigError(format!(
                    "{name} is not set. It is needed when AUTH0_DOMAIN or AUTH0_ISSUER_URL is; .env.example says where \
                     to find it."
                ))
            })
        };
        Ok(Self {
            issuer,
            client_id: required("AUTH0_CLIENT_ID")?,
            client_secret: required("AUTH0_CLIENT_SECRET")?,
            audience: required("AUTH0_AUDIENCE")?,
        })
    }

    /// The issuer's Management API.
    fn management_api(&self) -> Url {
        self.issuer.join("api/v2/").expect("a path of the issuer")
    }
}

impl ManagementConfig {
    /// What is configured for a tenant; without it organizations and people are administered there alone.
    pub(super) fn read(
        variable: &impl Fn(&str) -> Option<String>,
        provider: &ProviderConfig,
    ) -> Result<Option<Self>, ConfigError> {
        let (client_id, client_secret) =
            match (variable("AUTH0_MANAGEMENT_CLIENT_ID"), variable("AUTH0_MANAGEMENT_CLIENT_SECRET")) {
                (None, None) => return Ok(None),
                (Some(id), Some(secret)) => (id, secret),
                (Some(_), None) => {
                    return Err(ConfigError(
                        "AUTH0_MANAGEMENT_CLIENT_SECRET is not set, but AUTH0_MANAGEMENT_CLIENT_ID is.".to_owned(),
                    ));
                }
                (None, Some(_)) => {
                    return Err(ConfigError(
                        "AUTH0_MANAGEMENT_CLIENT_ID is not set, but AUTH0_MANAGEMENT_CLIENT_SECRET is.".to_owned(),
                    ));
                }
            };
        // With a custom domain, the API is still known by the tenant's own.
        let (audience, api) = match variable("AUTH0_MANAGEMENT_AUDIENCE") {
            Some(audience) => {
                let api = Url::parse(&audience).ok().filter(|api| api.path().ends_with('/')).ok_or_else(|| {
                    ConfigError(format!(
                        "AUTH0_MANAGEMENT_AUDIENCE is “{audience}”, which is not an address like \
                         https://name.eu.auth0.com/api/v2/"
                    ))
                })?;
                (audience, api)
            }
            None => (provider.management_api().into(), provider.management_api()),
        };
        Ok(Some(Self { api, audience, client_id, client_secret }))
    }

    pub(super) fn built_in(provider: &ProviderConfig, built_in: &BuiltIn) -> Self {
        Self {
            api: provider.management_api(),
            audience: provider.management_api().into(),
            client_id: built_in.management_client_id.clone(),
            client_secret: built_in.management_client_secret.clone(),
        }
    }
}

/// The configured issuer; without one the provider is the built-in one.
pub(super) fn issuer(variable: &impl Fn(&str) -> Option<String>) -> Result<Option<Url>, ConfigError> {
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
