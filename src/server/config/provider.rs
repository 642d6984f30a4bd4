//! Configuration of the identity provider and its Management API.

use openidconnect::IssuerUrl;
use url::Url;

use super::{error::ConfigError, variables::boolean};

/// The identity provider and the application's client there.
#[derive(Clone, Debug)]
pub struct ProviderConfig {
    /// The issuer exactly as in tokens, with a trailing slash for Auth0 and without one for many others: the text of
    /// `AUTH0_ISSUER_URL`, or derived from `AUTH0_DOMAIN`. Issuers are compared as text (OpenID Connect Discovery section
    /// 4.3).
    pub issuer: IssuerUrl,
    /// `AUTH0_CLIENT_ID`.
    pub client_id: String,
    /// `AUTH0_CLIENT_SECRET`.
    pub client_secret: String,
    /// The audience of Tessera's API: `AUTH0_AUDIENCE`.
    pub audience: String,
}

/// The client for the provider's Management API, which uses the client-credentials grant.
#[derive(Clone, Debug)]
pub struct ManagementConfig {
    /// Base URL of the API, with a trailing slash.
    pub api: Url,
    /// The API's audience: `AUTH0_MANAGEMENT_AUDIENCE`, by default the issuer's `api/v2/`.
    pub audience: String,
    /// `AUTH0_MANAGEMENT_CLIENT_ID`.
    pub client_id: String,
    /// `AUTH0_MANAGEMENT_CLIENT_SECRET`.
    pub client_secret: String,
}

impl ProviderConfig {
    pub(super) fn read(variable: &impl Fn(&str) -> Option<String>, issuer: IssuerUrl) -> Result<Self, ConfigError> {
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

    /// URL of the issuer's Management API.
    fn management_api(&self) -> Url {
        self.issuer.join("api/v2/").expect("an issuer has neither query nor fragment")
    }
}

impl ManagementConfig {
    /// Reads the client for a tenant; `None` if it is not configured. Organizations and members are then managed only
    /// at the provider.
    pub(super) fn read(
        variable: &impl Fn(&str) -> Option<String>,
        provider: &ProviderConfig,
    ) -> Result<Option<Self>, ConfigError> {
        const NAMES: [&str; 3] =
            ["AUTH0_MANAGEMENT_CLIENT_ID", "AUTH0_MANAGEMENT_CLIENT_SECRET", "AUTH0_MANAGEMENT_AUDIENCE"];
        let [client_id, client_secret, audience] = NAMES.map(variable);
        let (client_id, client_secret) = match (client_id, client_secret) {
            (None, None) if audience.is_none() => return Ok(None),
            (Some(id), Some(secret)) => (id, secret),
            (id, _) => {
                let missing = if id.is_none() { NAMES[0] } else { NAMES[1] };
                let present = NAMES.into_iter().find(|name| variable(name).is_some()).unwrap_or_default();
                return Err(ConfigError(format!("{missing} is not set, but {present} is.")));
            }
        };
        // Even with a custom domain, the API's audience is the tenant's own domain.
        let (audience, api) = match audience {
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

    /// The client of the built-in provider's Management API.
    pub(super) fn new(provider: &ProviderConfig, client_id: String, client_secret: String) -> Self {
        Self { api: provider.management_api(), audience: provider.management_api().into(), client_id, client_secret }
    }
}

/// Reads the configured issuer; `None` selects the built-in provider.
pub(super) fn issuer(variable: &impl Fn(&str) -> Option<String>) -> Result<Option<IssuerUrl>, ConfigError> {
    let text = match (variable("AUTH0_ISSUER_URL"), variable("AUTH0_DOMAIN")) {
        (Some(issuer), _) => issuer,
        (None, Some(domain)) => {
            let url = Url::parse(&format!("https://{domain}/")).ok();
            let url = url.filter(|url| url.path() == "/" && url.username().is_empty()).ok_or_else(|| {
                ConfigError(format!(
                    "AUTH0_DOMAIN is “{domain}”, which is not a domain like name.eu.auth0.com. An address belongs in \
                     AUTH0_ISSUER_URL."
                ))
            })?;
            url.into()
        }
        (None, None) => return check_no_tenant(variable).map(|()| None),
    };
    if boolean(variable, "IDP_DEMO")? == Some(true) {
        return Err(ConfigError(
            "IDP_DEMO is true, but AUTH0_DOMAIN or AUTH0_ISSUER_URL names an identity provider of your own. The demo is \
             one of the built-in provider: remove the one or the other."
                .to_owned(),
        ));
    }
    let issuer = IssuerUrl::new(text.clone()).ok().filter(|issuer| is_issuer(issuer.url())).ok_or_else(|| {
        ConfigError(format!(
            "“{text}” is not the address of an issuer. Use AUTH0_DOMAIN=name.eu.auth0.com, or copy the member “issuer” of \
             the provider’s document /.well-known/openid-configuration."
        ))
    })?;
    Ok(Some(issuer))
}

/// Whether `url` can be an issuer (OpenID Connect Core section 2). Plain http is for a provider on a private network.
fn is_issuer(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
        && url.host().is_some()
        && url.username().is_empty()
        && url.query().is_none()
        && url.fragment().is_none()
}

/// Refuses variables that concern a tenant when none is named. Without this, a forgotten domain would start the built-in
/// provider. The secrets of both clients, and the id of the second with its secret, also apply to the built-in provider.
fn check_no_tenant(variable: &impl Fn(&str) -> Option<String>) -> Result<(), ConfigError> {
    let set = |name: &&str| variable(name).is_some();
    if let Some(name) = ["AUTH0_CLIENT_ID", "AUTH0_AUDIENCE", "AUTH0_MANAGEMENT_AUDIENCE"].iter().find(|name| set(name))
    {
        return Err(ConfigError(format!(
            "{name} is set, but neither AUTH0_DOMAIN nor AUTH0_ISSUER_URL is. Set one of these to use your own identity \
             provider, or remove {name} to use the built-in one."
        )));
    }
    if set(&"AUTH0_MANAGEMENT_CLIENT_ID") && !set(&"AUTH0_MANAGEMENT_CLIENT_SECRET") {
        return Err(ConfigError(
            "AUTH0_MANAGEMENT_CLIENT_SECRET is not set, but AUTH0_MANAGEMENT_CLIENT_ID is.".to_owned(),
        ));
    }
    Ok(())
}
