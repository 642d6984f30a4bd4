//! Back-channel logout: the provider notifies clients when a session ends.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use axum::{Form, Router, extract::State, http::StatusCode, routing::post};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::support::{ABC, Browser, CALLBACK, LOGOUT, Provider, SECRET, VERIFIER};

/// A client that receives logout tokens. It refuses the first few requests, as many as a test chooses.
struct Listener {
    url: String,
    tokens: mpsc::UnboundedReceiver<String>,
}

#[derive(Clone)]
struct Endpoint {
    sender: mpsc::UnboundedSender<String>,
    refusals: Arc<AtomicU32>,
    refusal: StatusCode,
}

#[derive(serde::Deserialize)]
struct Body {
    logout_token: String,
}

impl Listener {
    async fn start(refusals: u32, refusal: StatusCode) -> Self {
        let (sender, tokens) = mpsc::unbounded_channel();
        let endpoint = Endpoint { sender, refusals: Arc::new(AtomicU32::new(refusals)), refusal };
        let router = Router::new()
            .route(
                "/backchannel",
                post(async |State(endpoint): State<Endpoint>, Form(body): Form<Body>| {
                    endpoint.sender.send(body.logout_token).unwrap();
                    let left =
                        endpoint.refusals.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
                    if left.is_ok() { endpoint.refusal } else { StatusCode::OK }
                }),
            )
            .with_state(endpoint);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/backchannel", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, tokens }
    }

    async fn receive(&mut self) -> String {
        self.tokens.recv().await.unwrap()
    }
}

/// Starts a provider that sends logout tokens for the clients `web` and `denies` to these listeners.
async fn start(web: &Listener, denies: &Listener) -> Provider {
    Provider::start_with(|config| {
        for (id, listener) in [("web", web), ("denies", denies)] {
            let client = config.clients.iter_mut().find(|client| client.client_id == id).unwrap();
            client.backchannel_logout_urls = vec![listener.url.clone()];
        }
    })
    .await
}

/// Redeems `code` as `client` and returns the ID token with its claims.
async fn id_token(provider: &Provider, client: &str, code: &str) -> (String, Value) {
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", client),
        ("client_secret", SECRET),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let tokens: Value = provider.post_form("oauth/token", &form).await.json().await.unwrap();
    let token = tokens["id_token"].as_str().unwrap().to_owned();
    let claims = provider.claims(&token).await;
    (token, claims)
}

/// Signs Joe in to `web` and returns the browser, with the ID token and its claims.
async fn signed_in(provider: &Provider) -> (Browser, String, Value) {
    let browser = provider.browser();
    let code = browser.code("joe@example.com", &[("organization", ABC)]).await;
    let (token, claims) = id_token(provider, "web", &code).await;
    (browser, token, claims)
}

#[tokio::test]
async fn every_client_of_the_session_gets_a_logout_token() {
    let (mut web, mut denies) = (Listener::start(0, StatusCode::OK).await, Listener::start(0, StatusCode::OK).await);
    let provider = start(&web, &denies).await;
    let (browser, _, first) = signed_in(&provider).await;
    let code = crate::support::code(&browser.authorize(&[("client_id", "denies")]).await);
    let (_, second) = id_token(&provider, "denies", &code).await;
    assert_eq!(first["sid"], second["sid"]);

    browser.get_from_site("same-origin", &format!("v2/logout?client_id=web&returnTo={LOGOUT}")).await;
    for (listener, client) in [(&mut web, "web"), (&mut denies, "denies")] {
        let token = listener.receive().await;
        assert_eq!(jsonwebtoken::decode_header(&token).unwrap().typ.as_deref(), Some("logout+jwt"));
        let claims = provider.claims(&token).await;
        assert!(!claims["jti"].as_str().unwrap().is_empty());
        let expected = json!({
            "iss": provider.issuer, "sub": first["sub"], "aud": client, "iat": 1_788_000_000, "exp": 1_788_000_120,
            "jti": claims["jti"], "sid": first["sid"],
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        });
        assert_eq!(claims, expected);
    }
}

#[tokio::test]
async fn oidc_logout_notifies_only_clients_of_that_session() {
    let (mut web, mut denies) = (Listener::start(0, StatusCode::OK).await, Listener::start(0, StatusCode::OK).await);
    let provider = start(&web, &denies).await;
    let (browser, hint, claims) = signed_in(&provider).await;
    let (other, other_hint, other_claims) = signed_in(&provider).await;
    assert_ne!(claims["sid"], other_claims["sid"]);
    browser.get(&format!("oidc/logout?id_token_hint={hint}")).await;
    assert_eq!(provider.claims(&web.receive().await).await["sid"], claims["sid"]);
    other.get(&format!("oidc/logout?id_token_hint={other_hint}")).await;
    assert_eq!(provider.claims(&web.receive().await).await["sid"], other_claims["sid"]);
    assert!(denies.tokens.try_recv().is_err(), "a client without a grant in the session is not notified");
}

#[tokio::test]
async fn signing_in_again_keeps_the_session() {
    let (mut web, denies) = (Listener::start(0, StatusCode::OK).await, Listener::start(0, StatusCode::OK).await);
    let provider = start(&web, &denies).await;
    let (browser, _, first) = signed_in(&provider).await;
    let code = browser.code("joe@example.com", &[("client_id", "denies"), ("prompt", "login")]).await;
    let (hint, second) = id_token(&provider, "denies", &code).await;
    assert_eq!(first["sid"], second["sid"]);
    browser.get(&format!("oidc/logout?id_token_hint={hint}")).await;
    assert_eq!(provider.claims(&web.receive().await).await["sid"], first["sid"], "the earlier client is notified too");

    let code = browser.code("carol@example.com", &[("organization", ABC)]).await;
    let (_, third) = id_token(&provider, "web", &code).await;
    assert_ne!(third["sid"], first["sid"]);
}

#[tokio::test]
async fn a_changed_password_ends_every_session() {
    let (mut web, denies) = (Listener::start(0, StatusCode::OK).await, Listener::start(0, StatusCode::OK).await);
    let provider = start(&web, &denies).await;
    let (_, _, first) = signed_in(&provider).await;
    let (_, _, second) = signed_in(&provider).await;
    let browser = provider.browser();
    browser.post("u/reset-password/request", &[("email", "joe@example.com")]).await;
    let link = provider.mail_to("joe@example.com").await.link;
    let ticket =
        url::Url::parse(&link).unwrap().query_pairs().find(|(name, _)| name == "ticket").unwrap().1.into_owned();
    browser.post("u/reset-password", &[("ticket", &ticket), ("password", "a brand new password")]).await;
    let mut sids = [web.receive().await, web.receive().await];
    for token in &mut sids {
        *token = provider.claims(token).await["sid"].as_str().unwrap().to_owned();
    }
    sids.sort();
    let mut expected = [first["sid"].as_str().unwrap(), second["sid"].as_str().unwrap()];
    expected.sort_unstable();
    assert_eq!(sids, expected);
}

#[tokio::test]
async fn a_failed_logout_notification_is_retried() {
    let (mut web, denies) =
        (Listener::start(1, StatusCode::SERVICE_UNAVAILABLE).await, Listener::start(0, StatusCode::OK).await);
    let provider = start(&web, &denies).await;
    let (browser, hint, _) = signed_in(&provider).await;
    let done = browser.get(&format!("oidc/logout?id_token_hint={hint}")).await;
    assert!(done.status().is_success(), "the response does not wait for the notification");
    assert_eq!(web.receive().await, web.receive().await);
}

#[tokio::test]
async fn discovery_announces_backchannel_logout() {
    let provider = Provider::start().await;
    let address = format!("{}.well-known/openid-configuration", provider.issuer);
    let document: Value = reqwest::get(address).await.unwrap().json().await.unwrap();
    assert_eq!(document["backchannel_logout_supported"], true);
    assert_eq!(document["backchannel_logout_session_supported"], true);
}
