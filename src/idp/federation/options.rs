//! Options of a connection, as in the Management API.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::Url;

use crate::{
    idp::{form, id::ConnectionId},
    kernel::sealer::Sealer,
};

/// Name of the option that is sealed in the database.
pub const CLIENT_SECRET: &str = "client_secret";

/// Path of the discovery document below the address of an issuer (OpenID Connect Discovery section 4).
const WELL_KNOWN: &str = "/.well-known/openid-configuration";

/// Scope that is requested if the options name none.
const DEFAULT_SCOPE: &str = "openid profile email";

/// The options that the provider uses. Auth0's `type` is ignored: the code is always exchanged over the back channel.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Raw {
    client_id: Option<String>,
    client_secret: Option<String>,
    issuer: Option<String>,
    discovery_url: Option<String>,
    scope: Option<String>,
    domain_aliases: Option<Vec<String>>,
    icon_url: Option<String>,
}

/// The options that a sign-in needs.
#[derive(Clone, Debug)]
pub struct Options {
    /// Client id of this provider at the issuer.
    pub client_id: String,
    pub client_secret: Option<String>,
    /// Address of the discovery document.
    pub discovery: Url,
    pub scope: String,
}

impl Options {
    /// Parses the options; `None` if the client id or the issuer is missing.
    pub fn parse(options: &Map<String, Value>) -> Option<Self> {
        let raw = raw(options)?;
        let discovery = match (raw.discovery_url, raw.issuer) {
            (Some(discovery), _) => discovery,
            (None, Some(issuer)) => format!("{}{WELL_KNOWN}", issuer.strip_suffix('/').unwrap_or(&issuer)),
            (None, None) => return None,
        };
        Some(Self {
            client_id: raw.client_id.filter(|id| !id.is_empty())?,
            client_secret: raw.client_secret.filter(|secret| !secret.is_empty()),
            discovery: Url::parse(&discovery).ok()?,
            scope: raw.scope.filter(|scope| !scope.trim().is_empty()).unwrap_or_else(|| DEFAULT_SCOPE.to_owned()),
        })
    }

    /// Whether the discovery document may name `issuer`. The issuer must equal the address of the document without the
    /// well-known path; a trailing slash makes no difference.
    pub fn is_issuer(&self, issuer: &str) -> bool {
        let address = self.discovery.as_str();
        let expected = address.strip_suffix(WELL_KNOWN).unwrap_or(address);
        expected.trim_end_matches('/') == issuer.trim_end_matches('/')
    }
}

/// Seals the client secret in the options of the connection `id`, if they contain one.
pub fn seal_secret(options: &mut Map<String, Value>, sealer: &Sealer, id: &ConnectionId) -> sqlx::Result<()> {
    if let Some(Value::String(secret)) = options.get(CLIENT_SECRET) {
        let secret = sealer.seal_text(&seal_context(id), secret)?;
        options.insert(CLIENT_SECRET.to_owned(), json!(secret));
    }
    Ok(())
}

/// Parses stored options of the connection `id`; `None` if they are incomplete or the secret cannot be opened.
pub fn open(options: &Map<String, Value>, sealer: &Sealer, id: &ConnectionId) -> Option<Options> {
    let mut options = options.clone();
    if let Some(secret @ Value::String(_)) = options.get(CLIENT_SECRET) {
        let secret = serde_json::from_value(secret.clone()).ok()?;
        options.insert(CLIENT_SECRET.to_owned(), sealer.open_text(&seal_context(id), &secret).ok()?.into());
    }
    Options::parse(&options)
}

/// Seal context of the client secret of the connection `id`.
pub fn seal_context(id: &ConnectionId) -> String {
    format!("client secret of connection {id}")
}

fn raw(options: &Map<String, Value>) -> Option<Raw> {
    serde_json::from_value(Value::Object(options.clone())).ok()
}

/// Returns the normalized email domains whose users sign in through the connection.
pub fn domains(options: &Map<String, Value>) -> Vec<String> {
    let aliases = raw(options).and_then(|raw| raw.domain_aliases).unwrap_or_default();
    aliases.iter().filter_map(|alias| form::domain(alias)).collect()
}

/// Returns the address of the icon on the connection's button. The icon must use https, because the
/// Content-Security-Policy of the pages allows nothing else.
pub fn icon(options: &Map<String, Value>) -> Option<String> {
    let icon = raw(options)?.icon_url?;
    Url::parse(&icon).ok().filter(|url| url.scheme() == "https").map(Into::into)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn options(value: &Value) -> Option<Options> {
        Options::parse(value.as_object().unwrap())
    }

    #[test]
    fn an_issuer_is_found_by_its_own_address_or_that_of_its_document() {
        let document = "https://sso.acme.example/tenant/.well-known/openid-configuration";
        for options in [
            json!({"client_id": "c", "issuer": "https://sso.acme.example/tenant"}),
            json!({"client_id": "c", "issuer": "https://sso.acme.example/tenant/"}),
            json!({"client_id": "c", "discovery_url": document, "type": "back_channel"}),
        ] {
            let options = super::tests::options(&options).unwrap();
            assert_eq!(options.discovery.as_str(), document);
            assert!(options.is_issuer("https://sso.acme.example/tenant"));
            assert!(!options.is_issuer("https://sso.acme.example/other"));
            assert_eq!(options.scope, DEFAULT_SCOPE);
        }
        for incomplete in [
            json!({"client_id": "c"}),
            json!({"issuer": "https://a.example"}),
            json!({"client_id": "c", "issuer": "a"}),
            json!({"client_id": 1, "issuer": "https://a.example"}),
        ] {
            assert!(options(&incomplete).is_none(), "{incomplete}");
        }
    }

    #[test]
    fn domains_are_normalised_and_a_picture_is_https() {
        let options = json!({"domain_aliases": ["ABC.example", "nonsense"], "icon_url": "http://a.example/i.png"});
        assert_eq!(domains(options.as_object().unwrap()), ["abc.example"]);
        assert_eq!(icon(options.as_object().unwrap()), None);
    }
}
