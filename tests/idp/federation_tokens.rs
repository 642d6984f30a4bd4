//! Verification of another issuer, from its discovery document to its tokens.

use std::sync::{Arc, Mutex};

use axum::{Json, Router, extract::State, routing::get};
use chrono::TimeDelta;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{
    Provider, location,
    peer::{NextAddress, PEER_SECRET, connect, count_users, id_token, object},
};

/// An issuer whose responses a test controls.
struct Stub {
    issuer: String,
    /// Provider whose key signs the tokens.
    keys: Provider,
    said: Arc<Mutex<Said>>,
}

#[derive(Debug, Default)]
struct Said {
    discovery: Value,
    jwks: Value,
    id_token: String,
    userinfo: Value,
    status: u16,
    /// Further parameters of the response to the callback.
    extra: String,
}

impl Stub {
    async fn start() -> Self {
        let keys = Provider::start().await;
        let jwks: Value =
            reqwest::get(format!("{}.well-known/jwks.json", keys.issuer)).await.unwrap().json().await.unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let discovery = json!({
            "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/jwks"),
            "userinfo_endpoint": format!("{issuer}/userinfo"), "response_types_supported": ["code"],
            "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"],
        });
        let said = Arc::new(Mutex::new(Said { discovery, jwks, status: 200, ..Said::default() }));
        let token = async |State(said): State<Arc<Mutex<Said>>>| {
            let said = said.lock().unwrap();
            let status = StatusCode::from_u16(said.status).unwrap();
            (status, Json(json!({"access_token": "at", "token_type": "Bearer", "id_token": said.id_token})))
        };
        let router = Router::new()
            .route(
                "/.well-known/openid-configuration",
                get(async |State(said): State<Arc<Mutex<Said>>>| Json(said.lock().unwrap().discovery.clone())),
            )
            .route("/jwks", get(async |State(said): State<Arc<Mutex<Said>>>| Json(said.lock().unwrap().jwks.clone())))
            .route(
                "/userinfo",
                get(async |State(said): State<Arc<Mutex<Said>>>| Json(said.lock().unwrap().userinfo.clone())),
            )
            .route("/token", axum::routing::post(token))
            .with_state(said.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { issuer, keys, said }
    }

    async fn sign(&self, header: &jsonwebtoken::Header, claims: &Value) -> String {
        let [kid] = &self.keys.texts("SELECT kid FROM signing_keys WHERE state = 'current'").await[..] else {
            panic!()
        };
        let pem = self.keys.private_key().await;
        let header = jsonwebtoken::Header { kid: Some(kid.clone()), ..header.clone() };
        let key = match header.alg {
            jsonwebtoken::Algorithm::HS256 => jsonwebtoken::EncodingKey::from_secret(PEER_SECRET.as_bytes()),
            _ => jsonwebtoken::EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap(),
        };
        jsonwebtoken::encode(&header, claims, &key).unwrap()
    }

    /// Signs in at the issuer, whose ID token has the claims that `change` modifies.
    async fn answer(
        &self,
        here: &Provider,
        algorithm: jsonwebtoken::Algorithm,
        change: impl FnOnce(&mut Value),
    ) -> Response {
        let browser = here.browser();
        let state = browser.begin("/u/federate", &[("connection", "corp")]).await;
        let out = browser.get(&format!("u/federate?state={state}")).await;
        let address = url::Url::parse(location(&out)).unwrap();
        let sent: std::collections::HashMap<_, _> = address.query_pairs().into_owned().collect();
        let now = 1_788_000_000;
        let mut claims = json!({
            "iss": self.issuer, "aud": "corp-client", "sub": "s1", "iat": now, "exp": now + 300,
            "nonce": sent["nonce"], "email": "Sam@Corp.example", "email_verified": true, "name": "Sam",
        });
        change(&mut claims);
        let token = self.sign(&jsonwebtoken::Header::new(algorithm), &claims).await;
        self.said.lock().unwrap().id_token = token;
        browser.get(&format!("login/callback?state={}&code=c{}", sent["state"], self.said.lock().unwrap().extra)).await
    }
}

const RS256: jsonwebtoken::Algorithm = jsonwebtoken::Algorithm::RS256;

#[tokio::test]
async fn an_id_token_is_verified_in_full() {
    let (here, stub) = (Provider::start().await, Stub::start().await);
    connect(&here, &stub.issuer, json!({})).await;
    for (what, change) in [
        ("nonce", json!({"nonce": "another"})),
        ("no nonce", json!({"nonce": null})),
        ("audience", json!({"aud": "somebody else"})),
        ("two audiences", json!({"aud": ["corp-client", "somebody else"]})),
        ("party", json!({"aud": ["corp-client", "somebody else"], "azp": "somebody else"})),
        ("issuer", json!({"iss": "http://127.0.0.1:1"})),
        ("expired", json!({"exp": 1_787_999_900})),
        ("future", json!({"iat": 1_788_000_100})),
        ("access token", json!({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"})),
        ("subject", json!({"sub": ""})),
    ] {
        let merge = |claims: &mut Value| {
            let claims = claims.as_object_mut().unwrap();
            claims.extend(object(change));
            claims.retain(|_, value| !value.is_null());
        };
        let response = stub.answer(&here, RS256, merge).await;
        assert_eq!(response.status(), StatusCode::OK, "{what}");
        let refused = NextAddress::of(response).await;
        refused.assert_refused("access_denied", "the sign-in through corp was not accepted");
    }
    let response = stub.answer(&here, jsonwebtoken::Algorithm::HS256, |_| {}).await;
    let refused = NextAddress::of(response).await;
    refused.assert_refused("access_denied", "the sign-in through corp was not accepted");
    assert_eq!(count_users(&here).await, 6, "invalid tokens create no user");

    // A small difference between the clocks is accepted. So is a second audience if this client is the authorized
    // party.
    let good = |claims: &mut Value| {
        claims["exp"] = json!(1_787_999_950);
        claims["iat"] = json!(1_788_000_050);
        claims["aud"] = json!(["corp-client", "somebody else"]);
        claims["azp"] = json!("corp-client");
    };
    let code = NextAddress::of(stub.answer(&here, RS256, good).await).await.code();
    let claims = id_token(&here, &code).await;
    assert_eq!((&claims["sub"], &claims["email"]), (&json!("oidc|corp|s1"), &json!("sam@corp.example")));
}

#[tokio::test]
async fn missing_claims_are_fetched_from_userinfo() {
    let (here, stub) = (Provider::start().await, Stub::start().await);
    connect(&here, &stub.issuer, json!({})).await;
    let bare = |claims: &mut Value| {
        claims.as_object_mut().unwrap().retain(|name, _| !name.starts_with("email"));
    };
    stub.said.lock().unwrap().userinfo = json!({"sub": "s2", "email": "sam@corp.example"});
    let refused = NextAddress::of(stub.answer(&here, RS256, bare).await).await;
    refused.assert_refused("access_denied", "the sign-in through corp was not accepted");

    stub.said.lock().unwrap().userinfo = json!({"sub": "s1", "email": "sam@corp.example", "given_name": "Samuel"});
    let code = NextAddress::of(stub.answer(&here, RS256, bare).await).await.code();
    let claims = id_token(&here, &code).await;
    assert_eq!((&claims["email"], &claims["email_verified"]), (&json!("sam@corp.example"), &json!(false)));
    assert_eq!(claims["name"], "Sam");

    stub.said.lock().unwrap().userinfo = json!({"sub": "s1"});
    let refused = NextAddress::of(stub.answer(&here, RS256, bare).await).await;
    refused.assert_refused("access_denied", "the sign-in through corp was not accepted");
}

#[tokio::test]
async fn two_people_of_an_issuer_may_share_an_address() {
    let (here, stub) = (Provider::start().await, Stub::start().await);
    connect(&here, &stub.issuer, json!({})).await;
    for sub in ["s1", "s2"] {
        let code = NextAddress::of(stub.answer(&here, RS256, |claims| claims["sub"] = json!(sub)).await).await.code();
        assert_eq!(id_token(&here, &code).await["sub"], format!("oidc|corp|{sub}"));
    }
}

#[tokio::test]
async fn an_issuer_error_is_not_a_refusal() {
    let (here, stub) = (Provider::start().await, Stub::start().await);
    connect(&here, &stub.issuer, json!({})).await;
    stub.said.lock().unwrap().status = 500;
    let response = stub.answer(&here, RS256, |_| {}).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(response.text().await.unwrap().contains("Back to the sign-in page"));
}

#[tokio::test]
async fn a_discovery_document_of_another_issuer_is_refused() {
    for (field, value) in [
        ("issuer", "https://other.example"),
        ("jwks_uri", "http://192.0.2.1/jwks"),
        ("authorization_endpoint", "javascript:alert(1)"),
    ] {
        let (here, stub) = (Provider::start().await, Stub::start().await);
        connect(&here, &stub.issuer, json!({})).await;
        stub.said.lock().unwrap().discovery[field] = json!(value);
        let browser = here.browser();
        let state = browser.begin("/u/federate", &[("connection", "corp")]).await;
        let response = browser.get(&format!("u/federate?state={state}")).await;
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE, "{field}");
    }
}

#[tokio::test]
async fn documents_are_cached_and_new_keys_are_found() {
    let (here, stub) = (Provider::start().await, Stub::start().await);
    connect(&here, &stub.issuer, json!({})).await;
    let good = stub.said.lock().unwrap().jwks.clone();
    stub.said.lock().unwrap().jwks = json!({"keys": []});
    let refused = NextAddress::of(stub.answer(&here, RS256, |_| {}).await).await;
    refused.assert_refused("access_denied", "the sign-in through corp was not accepted");

    // An unknown key is fetched immediately.
    stub.said.lock().unwrap().jwks = good;
    NextAddress::of(stub.answer(&here, RS256, |_| {}).await).await.code();

    // The document is cached until it expires.
    stub.said.lock().unwrap().discovery = json!({});
    NextAddress::of(stub.answer(&here, RS256, |_| {}).await).await.code();
    here.advance(TimeDelta::minutes(10));
    let browser = here.browser();
    let state = browser.begin("/u/federate", &[("connection", "corp")]).await;
    let response = browser.get(&format!("u/federate?state={state}")).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_client_secret_is_not_sent_to_an_address_within_the_network() {
    let here = Provider::start().await;
    let stub = Stub::start().await;
    connect(&here, &stub.issuer, json!({})).await;
    // The discovery document is at an allowed address; one of its endpoints is not.
    let other = tokio::net::TcpListener::bind("127.0.0.2:0").await.unwrap();
    let endpoint = format!("http://{}/token", other.local_addr().unwrap());
    stub.said.lock().unwrap().discovery["token_endpoint"] = json!(endpoint);
    let response = stub.answer(&here, RS256, |_| {}).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    let connection = std::future::poll_fn(|context| std::task::Poll::Ready(other.poll_accept(context))).await;
    assert!(connection.is_pending(), "the token endpoint was connected to");
}

#[tokio::test]
async fn a_response_of_another_issuer_is_refused() {
    let (here, stub) = (Provider::start().await, Stub::start().await);
    connect(&here, &stub.issuer, json!({})).await;
    stub.said.lock().unwrap().extra = "&iss=https://other.example".to_owned();
    let refused = NextAddress::of(stub.answer(&here, RS256, |_| {}).await).await;
    refused.assert_refused("access_denied", "the sign-in through corp was not accepted");
    stub.said.lock().unwrap().extra = format!("&iss={}", stub.issuer);
    NextAddress::of(stub.answer(&here, RS256, |_| {}).await).await.code();
}
