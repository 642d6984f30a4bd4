//! A second provider, which is the issuer of a connection of the first.

use reqwest::{Response, StatusCode};
use serde_json::{Map, Value, json};
use tessera::testing::idp::{Client, ConnectionId, NewIssuer};

use super::{Browser, CALLBACK, Provider, location, page_state};

pub const PEER_SECRET: &str = "the secret at the peer";

/// A provider, and a second one that is the issuer of the first one's connection `corp`.
pub struct Pair {
    pub here: Provider,
    pub there: Provider,
    pub connection: ConnectionId,
}

impl Pair {
    /// Starts both providers. The connection has the additional options `extra` and is enabled for the client `web`.
    pub async fn start(extra: Value) -> Self {
        let here = Provider::start().await;
        let there = peer_of(&here).await;
        let connection = connect(&here, &there.issuer, extra).await;
        Self { here, there, connection }
    }

    /// Enables the connection for the organization.
    pub async fn enable_for(&self, organization: &str, assign_membership: bool) {
        enable(&self.here, &self.connection, organization, assign_membership).await;
    }

    /// Opens the peer's login page at `address`, signs `email` in, and returns the address to which the peer redirects.
    pub async fn sign_in_there(&self, address: &str, email: &str) -> String {
        let there = self.there.browser();
        let state = page_state(&there.get(address).await, "/u/login");
        location(&there.log_in(&state, email).await).to_owned()
    }

    /// Signs `email` in through the connection, and returns the address to which the callback leads.
    pub async fn sign_in(&self, browser: &Browser, email: &str, extra: &[(&str, &str)]) -> NextAddress {
        let mut parameters = vec![("connection", "corp")];
        parameters.extend_from_slice(extra);
        let state = browser.begin("/u/federate", &parameters).await;
        let out = browser.get(&format!("u/federate?state={state}")).await;
        let back = self.sign_in_there(location(&out), email).await;
        NextAddress::of(browser.get(&back).await).await
    }
}

pub async fn peer_of(here: &Provider) -> Provider {
    let back = format!("{}login/callback", here.issuer);
    Provider::start_with(|config| {
        config.clients.push(Client {
            client_id: "corp-client".to_owned(),
            name: "The other provider".to_owned(),
            secret: Some(PEER_SECRET.to_owned()),
            callbacks: vec![back],
            ..Client::default()
        });
    })
    .await
}

pub async fn connect(here: &Provider, issuer: &str, extra: Value) -> ConnectionId {
    let mut options = json!({
        "type": "back_channel", "client_id": "corp-client", "client_secret": PEER_SECRET, "issuer": issuer,
        "scope": "openid profile email",
    });
    options.as_object_mut().unwrap().append(&mut object(extra));
    let new = NewIssuer {
        name: "corp",
        display_name: Some("Corp"),
        options: object(options),
        show_as_button: true,
        clients: &["web", "asks-first", "spa"],
    };
    here.idp.add_issuer(new).await.unwrap()
}

pub fn object(value: Value) -> Map<String, Value> {
    let Value::Object(object) = value else { return Map::new() };
    object
}

pub async fn enable(here: &Provider, connection: &ConnectionId, organization: &str, assign_membership: bool) {
    let statement = format!(
        "INSERT INTO organization_connections
             (organization_id, connection_id, assign_membership_on_login, show_as_button, created_at)
         VALUES ('{organization}', '{connection}', {assign_membership}, TRUE, 1788000000)"
    );
    here.sql(statement.leak()).await;
}

/// The address to which a response of the provider leads, by a redirect or an interstitial page.
#[derive(Debug)]
pub struct NextAddress(pub String);

impl NextAddress {
    /// Reads the address from the redirect, or from the page. The refresh and the link of the page must agree.
    pub async fn of(response: Response) -> Self {
        if response.status().is_redirection() {
            return Self(location(&response).to_owned());
        }
        let (status, page) = (response.status(), response.text().await.unwrap());
        assert_eq!(status, StatusCode::OK, "{page}");
        let address = page.split("class=\"primary\" href=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        assert!(page.contains(&format!("http-equiv=\"refresh\" content=\"0; url={address}\"")), "{page}");
        Self(address.replace("&amp;", "&"))
    }

    fn parameter(&self, name: &str) -> Option<String> {
        assert!(self.0.starts_with(CALLBACK), "{}", self.0);
        let url = url::Url::parse(&self.0).unwrap();
        url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    pub fn code(&self) -> String {
        assert_eq!(self.parameter("state").as_deref(), Some("the state"));
        self.parameter("code").unwrap_or_else(|| panic!("no code but {}", self.0))
    }

    #[track_caller]
    pub fn assert_refused(&self, error: &str, description: &str) {
        assert_eq!(self.parameter("error").as_deref(), Some(error));
        assert_eq!(self.parameter("error_description").as_deref(), Some(description));
        assert_eq!(self.parameter("state").as_deref(), Some("the state"));
        assert_eq!(self.parameter("code"), None);
    }
}

pub async fn id_token(provider: &Provider, code: &str) -> Value {
    let tokens: Value = provider.redeem(code).await.json().await.unwrap();
    provider.claims(tokens["id_token"].as_str().unwrap()).await
}

/// Returns the number of users of `provider`.
pub async fn count_users(provider: &Provider) -> usize {
    provider.texts("SELECT id FROM users").await.len()
}
