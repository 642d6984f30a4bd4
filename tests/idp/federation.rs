//! Signing in at another issuer: `/u/federate` and `/login/callback`.

use std::sync::{Arc, Mutex};

use axum::{Json, Router, extract::State, routing::get};
use chrono::TimeDelta;
use reqwest::{Response, StatusCode};
use serde_json::{Map, Value, json};
use tessera::idp::{Client, ConnectionId, NewIssuer};

use crate::support::{ABC, ACME, Browser, CALLBACK, Provider, assert_refused, callback, location, page_state};

const PEER_SECRET: &str = "the secret at the peer";

/// A provider, and another that is the issuer of its connection `corp`.
pub struct Pair {
    pub here: Provider,
    pub there: Provider,
    pub connection: ConnectionId,
}

impl Pair {
    /// With `extra` in the options of the connection, which is enabled for the client `web`.
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

    /// From the address of the peer's login page to the address that the peer sends the person back to.
    pub async fn sign_in_there(&self, address: &str, email: &str) -> String {
        let there = self.there.browser();
        let state = page_state(&there.get(address).await, "/u/login");
        location(&there.log_in(&state, email).await).to_owned()
    }

    /// A whole login of `email` through the connection, to the answer at the callback.
    pub async fn sign_in(&self, browser: &Browser, email: &str, extra: &[(&str, &str)]) -> Onward {
        let mut parameters = vec![("connection", "corp")];
        parameters.extend_from_slice(extra);
        let state = browser.begin("/u/federate", &parameters).await;
        let out = browser.get(&format!("u/federate?state={state}")).await;
        let back = self.sign_in_there(location(&out), email).await;
        Onward::of(browser.get(&back).await).await
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

fn object(value: Value) -> Map<String, Value> {
    let Value::Object(object) = value else { return Map::new() };
    object
}

pub async fn enable(here: &Provider, connection: &ConnectionId, organization: &str, assign_membership: bool) {
    let pool = here.pool().await;
    sqlx::query(
        "INSERT INTO organization_connections
             (organization_id, connection_id, assign_membership_on_login, show_as_button, created_at)
         VALUES ($1, $2, $3, TRUE, 1788000000)",
    )
    .bind(organization)
    .bind(connection.as_str())
    .bind(assign_membership)
    .execute(&pool)
    .await
    .unwrap();
    pool.close().await;
}

/// Where the last page of a login at another issuer leads.
#[derive(Debug)]
pub struct Onward(pub String);

impl Onward {
    /// The address that the page leads to at once and by its link.
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

async fn count_users(provider: &Provider) -> i64 {
    let pool = provider.pool().await;
    let count = sqlx::query_scalar("SELECT COUNT(*) FROM users").fetch_one(&pool).await.unwrap();
    pool.close().await;
    count
}

#[tokio::test]
async fn a_person_signs_in_at_another_issuer() {
    let pair = Pair::start(json!({})).await;
    let browser = pair.here.browser();
    let state = browser.begin("/u/login", &[]).await;
    let page = browser.get(&format!("u/login?state={state}")).await.text().await.unwrap();
    assert!(page.contains("Continue with Corp"), "{page}");
    let link = format!("u/federate?state={state}&connection={}", pair.connection);
    assert!(page.contains(&link.replace('&', "&amp;")), "{page}");

    let out = browser.get(&link).await;
    let address = url::Url::parse(location(&out)).unwrap();
    let asked: std::collections::HashMap<_, _> = address.query_pairs().into_owned().collect();
    assert_eq!((asked["client_id"].as_str(), asked["scope"].as_str()), ("corp-client", "openid profile email"));
    assert_eq!(asked["code_challenge_method"], "S256");
    assert!(asked["nonce"].len() == 43 && asked["state"].len() == 43);
    assert!(!address.as_str().contains(&state), "the login's own state stays here");

    let back = pair.sign_in_there(address.as_str(), "joe@example.com").await;
    let claims = id_token(&pair.here, &Onward::of(browser.get(&back).await).await.code()).await;
    assert_eq!(claims["sub"], "oidc|corp|auth0|d00000000000000000000005");
    assert_eq!((&claims["email"], &claims["email_verified"]), (&json!("joe@example.com"), &json!(true)));
    assert_eq!(claims["name"], "Joe Jensen");

    // The session is one like any other, and the answer is used up.
    crate::support::code(&browser.authorize(&[]).await);
    let again = browser.get(&back).await;
    assert_eq!(again.status(), StatusCode::BAD_REQUEST);
    assert!(again.text().await.unwrap().contains("This sign-in has expired"));
}

#[tokio::test]
async fn a_profile_follows_the_issuer() {
    let pair = Pair::start(json!({})).await;
    let browser = pair.here.browser();
    pair.sign_in(&browser, "joe@example.com", &[]).await.code();
    let known = count_users(&pair.here).await;
    pair.there
        .sql(
            "UPDATE users SET name = 'Joseph Jensen', email = 'joseph@example.com', email_verified = FALSE, \
              nickname = 'jj' WHERE email = 'joe@example.com'",
        )
        .await;
    let code = pair.sign_in(&pair.here.browser(), "joseph@example.com", &[]).await.code();
    let claims = id_token(&pair.here, &code).await;
    assert_eq!((&claims["name"], &claims["nickname"]), (&json!("Joseph Jensen"), &json!("jj")));
    assert_eq!((&claims["email"], &claims["email_verified"]), (&json!("joseph@example.com"), &json!(false)));
    assert_eq!(count_users(&pair.here).await, known);
}

#[tokio::test]
async fn an_address_says_where_its_people_sign_in() {
    let pair = Pair::start(json!({"domain_aliases": ["Corp.Example"]})).await;
    let browser = pair.here.browser();
    let state = browser.begin("/u/login", &[]).await;
    for path in ["u/login", "u/signup"] {
        let form = [("state", state.as_str()), ("email", " Ann@CORP.example"), ("password", "for your eyes only")];
        let response = browser.post(path, &form).await;
        let onward = Onward::of(response).await;
        let expected =
            format!("/u/federate?state={state}&connection={}&login_hint=Ann%40CORP.example", pair.connection);
        assert_eq!(onward.0, expected);
        let out = browser.get(&onward.0).await;
        assert!(location(&out).starts_with(&pair.there.issuer) && location(&out).contains("login_hint=Ann%40CORP"));
        assert!(!location(&out).contains("eyes"), "no password goes anywhere");
    }
    // Neither a part of a domain nor one in the local part counts.
    for email in ["ann@sub.corp.example", "ann@corp.example@example.com", "ann@xcorp.example"] {
        let form = [("state", state.as_str()), ("email", email), ("password", "a guess")];
        assert_eq!(browser.post("u/login", &form).await.status(), StatusCode::BAD_REQUEST, "{email}");
    }
}

#[tokio::test]
async fn an_organization_offers_what_it_has_enabled() {
    let pair = Pair::start(json!({"domain_aliases": ["corp.example"]})).await;
    let browser = pair.here.browser();
    let page = async |organization: &str| {
        let state = browser.begin("/u/login", &[("organization", organization), ("prompt", "login")]).await;
        (browser.get(&format!("u/login?state={state}")).await.text().await.unwrap(), state)
    };
    let (before, _) = page(ABC).await;
    assert!(!before.contains("Continue with Corp") && before.contains("id=\"password\""));
    let refused = browser.authorize(&[("organization", ABC), ("connection", "corp")]).await;
    assert_refused(&refused, "invalid_request", "the connection is not enabled for the organization");

    pair.enable_for(ABC, false).await;
    let (both, _) = page(ABC).await;
    assert!(both.contains("Continue with Corp") && both.contains("id=\"password\""));

    // Without a button the address leads there still.
    pair.here.sql("UPDATE organization_connections SET show_as_button = FALSE").await;
    let (hidden, state) = page(ABC).await;
    assert!(!hidden.contains("Continue with Corp"));
    let form = [("state", state.as_str()), ("email", "ann@corp.example"), ("password", "x")];
    assert!(Onward::of(browser.post("u/login", &form).await).await.0.starts_with("/u/federate?"));

    // Without passwords there is nothing to type one into, and nobody gets in with one.
    pair.here
        .sql(
            "DELETE FROM organization_connections WHERE connection_id IN \
              (SELECT id FROM connections WHERE strategy = 'auth0')",
        )
        .await;
    let (only, state) = page(ABC).await;
    assert!(only.contains("id=\"email\"") && !only.contains("id=\"password\""), "{only}");
    assert!(!only.contains("Sign up") && !only.contains("demo person"));
    let refused = browser.log_in(&state, "joe@example.com").await;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    for path in ["u/login/demo", "u/signup"] {
        let form = [("state", state.as_str()), ("email", "joe@example.com"), ("password", "tessera-demo")];
        page_state(&browser.post(path, &form).await, "/u/login");
    }

    // And an organization with no way in refuses.
    let refused = browser.authorize(&[("organization", ACME)]).await;
    assert_refused(&refused, "invalid_request", "no connections enabled for the organization");
}

#[tokio::test]
async fn who_came_another_way_than_the_organization_takes_is_refused() {
    let pair = Pair::start(json!({})).await;
    let browser = pair.here.browser();
    let code = pair.sign_in(&browser, "joe@example.com", &[]).await.code();
    let sub = id_token(&pair.here, &code).await["sub"].as_str().unwrap().to_owned();
    let refused = browser.authorize(&[("organization", ABC)]).await;
    let description = format!("user {sub} belongs to connection corp that is not part of the {ABC} organization");
    assert_refused(&refused, "access_denied", &description);

    pair.enable_for(ABC, false).await;
    let refused = browser.authorize(&[("organization", ABC)]).await;
    assert_refused(&refused, "access_denied", &format!("user {sub} is not part of the {ABC} organization"));
}

#[tokio::test]
async fn a_connection_may_make_members_of_its_people() {
    let pair = Pair::start(json!({})).await;
    pair.enable_for(ABC, true).await;
    let browser = pair.here.browser();
    let code = pair.sign_in(&browser, "nina@example.com", &[("organization", ABC)]).await.code();
    assert_eq!(id_token(&pair.here, &code).await["org_id"], ABC);
    // Not of other organizations, and nobody who comes another way.
    let refused = callback(&browser.authorize(&[("organization", ACME)]).await);
    assert!(refused["error_description"].contains("belongs to connection corp that is not part"), "{refused:?}");
    let other = pair.here.browser();
    let state = other.begin("/u/login", &[("organization", ABC)]).await;
    let refused = callback(&other.log_in(&state, "nina@example.com").await);
    assert!(refused["error_description"].contains("is not part of the"), "{refused:?}");
}

#[tokio::test]
async fn a_connection_is_for_its_clients() {
    let pair = Pair::start(json!({"domain_aliases": ["corp.example"]})).await;
    let browser = pair.here.browser();
    let refused = browser.authorize(&[("client_id", "denies"), ("connection", "corp")]).await;
    assert_refused(&refused, "invalid_request", "the connection was disabled");
    let refused = browser.authorize(&[("connection", "nowhere")]).await;
    assert_refused(&refused, "invalid_request", "the connection was not found");

    let state = browser.begin("/u/login", &[("client_id", "denies")]).await;
    let page = browser.get(&format!("u/login?state={state}")).await.text().await.unwrap();
    assert!(!page.contains("Continue with Corp"));
    let response = browser.get(&format!("u/federate?state={state}&connection={}", pair.connection)).await;
    assert_eq!(page_state(&response, "/u/login"), state, "there is no way around");
    let form = [("state", state.as_str()), ("email", "ann@corp.example"), ("password", "x")];
    assert_eq!(browser.post("u/login", &form).await.status(), StatusCode::BAD_REQUEST);

    // A session that came through it does not count there either.
    pair.sign_in(&browser, "joe@example.com", &[]).await.code();
    browser.begin("/u/login", &[("client_id", "denies")]).await;
}

#[tokio::test]
async fn a_connection_taken_away_meanwhile_signs_nobody_in() {
    let pair = Pair::start(json!({})).await;
    let browser = pair.here.browser();
    let state = browser.begin("/u/federate", &[("connection", "corp")]).await;
    let out = browser.get(&format!("u/federate?state={state}")).await;
    let back = pair.sign_in_there(location(&out), "joe@example.com").await;
    pair.here.sql("DELETE FROM connection_clients WHERE client_id = 'web'").await;
    Onward::of(browser.get(&back).await).await.assert_refused("access_denied", "the connection was disabled");
}

#[tokio::test]
async fn the_database_may_be_asked_for_alone() {
    let pair = Pair::start(json!({})).await;
    let browser = pair.here.browser();
    pair.sign_in(&browser, "joe@example.com", &[]).await.code();
    let state = browser.begin("/u/login", &[("connection", "Username-Password-Authentication")]).await;
    let page = browser.get(&format!("u/login?state={state}")).await.text().await.unwrap();
    assert!(!page.contains("Continue with Corp") && page.contains("id=\"password\""));
    let silent = browser.authorize(&[("connection", "corp"), ("prompt", "none"), ("max_age", "0")]).await;
    assert_refused(&silent, "login_required", "Login required");
}

#[tokio::test]
async fn a_login_that_asks_again_asks_there_too() {
    let pair = Pair::start(json!({})).await;
    let browser = pair.here.browser();
    let state = browser.begin("/u/federate", &[("connection", "corp"), ("prompt", "login")]).await;
    let out = browser.get(&format!("u/federate?state={state}")).await;
    assert!(location(&out).contains("prompt=login"), "{}", location(&out));
}

#[tokio::test]
async fn an_answer_belongs_to_the_browser_that_went_for_it() {
    let pair = Pair::start(json!({})).await;
    let (victim, attacker) = (pair.here.browser(), pair.here.browser());
    victim.begin("/u/login", &[]).await;
    let state = attacker.begin("/u/federate", &[("connection", "corp")]).await;
    let out = attacker.get(&format!("u/federate?state={state}")).await;
    let back = pair.sign_in_there(location(&out), "joe@example.com").await;
    assert_eq!(victim.get(&back).await.status(), StatusCode::BAD_REQUEST);
    for nonsense in ["login/callback", "login/callback?state=x&code=y", "login/callback?code=y&state=x&state=z"] {
        assert_eq!(victim.get(nonsense).await.status(), StatusCode::BAD_REQUEST, "{nonsense}");
    }
    Onward::of(attacker.get(&back).await).await.code();
}

#[tokio::test]
async fn an_answer_waits_for_an_hour() {
    let pair = Pair::start(json!({})).await;
    let browser = pair.here.browser();
    let state = browser.begin("/u/federate", &[("connection", "corp")]).await;
    let out = browser.get(&format!("u/federate?state={state}")).await;
    let back = pair.sign_in_there(location(&out), "joe@example.com").await;
    pair.here.advance(TimeDelta::hours(1));
    assert_eq!(browser.get(&back).await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_refusal_there_is_told_to_the_application() {
    let pair = Pair::start(json!({})).await;
    for (error, expected) in [("access_denied", "access_denied"), ("made_up", "access_denied")] {
        let browser = pair.here.browser();
        let login = browser.begin("/u/federate", &[("connection", "corp")]).await;
        let out = browser.get(&format!("u/federate?state={login}")).await;
        let address = url::Url::parse(location(&out)).unwrap();
        let state = address.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        let answer = format!("login/callback?state={state}&error={error}&error_description=not+today");
        Onward::of(browser.get(&answer).await).await.assert_refused(expected, "not today");
        let page = browser.get(&format!("u/federate?state={login}")).await.text().await.unwrap();
        assert!(page.contains("This sign-in is finished"), "there is no way round again");
    }
}

#[tokio::test]
async fn who_was_removed_there_does_not_come_in() {
    let pair = Pair::start(json!({})).await;
    let browser = pair.here.browser();
    let state = browser.begin("/u/federate", &[("connection", "corp")]).await;
    let out = browser.get(&format!("u/federate?state={state}")).await;
    let back = pair.sign_in_there(location(&out), "joe@example.com").await;
    pair.there.sql("DELETE FROM users WHERE email = 'joe@example.com'").await;
    let refused = Onward::of(browser.get(&back).await).await;
    refused.assert_refused("access_denied", "the sign-in through corp was not accepted");
    assert_eq!(count_users(&pair.here).await, 6);
    browser.begin("/u/login", &[]).await;
}

#[tokio::test]
async fn somebody_blocked_here_stays_out() {
    let pair = Pair::start(json!({})).await;
    pair.sign_in(&pair.here.browser(), "joe@example.com", &[]).await.code();
    pair.here.sql("UPDATE users SET blocked = TRUE WHERE id LIKE 'oidc|%'").await;
    let browser = pair.here.browser();
    pair.sign_in(&browser, "joe@example.com", &[]).await.assert_refused("unauthorized", "user is blocked");
    browser.begin("/u/login", &[]).await;
}

#[tokio::test]
async fn an_issuer_that_does_not_answer_is_said_to_be_away() {
    let here = Provider::start().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    connect(&here, &issuer, json!({})).await;
    let browser = here.browser();
    let state = browser.begin("/u/federate", &[("connection", "corp")]).await;
    let response = browser.get(&format!("u/federate?state={state}")).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    let page = response.text().await.unwrap();
    assert!(page.contains("Corp does not answer") && page.contains(&format!("/u/login?state={state}")), "{page}");
}

/// An issuer that says what a test wants it to.
struct Stub {
    issuer: String,
    /// Signs as the built-in provider does whose key it borrows.
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
        let pool = self.keys.pool().await;
        let (kid, pem): (String, String) =
            sqlx::query_as("SELECT kid, private_key_pem FROM signing_keys WHERE state = 'current'")
                .fetch_one(&pool)
                .await
                .unwrap();
        pool.close().await;
        let header = jsonwebtoken::Header { kid: Some(kid), ..header.clone() };
        let key = match header.alg {
            jsonwebtoken::Algorithm::HS256 => jsonwebtoken::EncodingKey::from_secret(PEER_SECRET.as_bytes()),
            _ => jsonwebtoken::EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap(),
        };
        jsonwebtoken::encode(&header, claims, &key).unwrap()
    }

    /// Goes out and comes back with an ID token whose claims `change` has changed.
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
        browser.get(&format!("login/callback?state={}&code=c", sent["state"])).await
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
        let refused = Onward::of(response).await;
        refused.assert_refused("access_denied", "the sign-in through corp was not accepted");
    }
    let response = stub.answer(&here, jsonwebtoken::Algorithm::HS256, |_| {}).await;
    let refused = Onward::of(response).await;
    refused.assert_refused("access_denied", "the sign-in through corp was not accepted");
    assert_eq!(count_users(&here).await, 6, "nobody was made of bad tokens");

    // A little out of step is good enough, and so is a second audience with us as the party.
    let good = |claims: &mut Value| {
        claims["exp"] = json!(1_787_999_950);
        claims["iat"] = json!(1_788_000_050);
        claims["aud"] = json!(["corp-client", "somebody else"]);
        claims["azp"] = json!("corp-client");
    };
    let code = Onward::of(stub.answer(&here, RS256, good).await).await.code();
    let claims = id_token(&here, &code).await;
    assert_eq!((&claims["sub"], &claims["email"]), (&json!("oidc|corp|s1"), &json!("sam@corp.example")));
}

#[tokio::test]
async fn what_an_id_token_leaves_out_is_asked_for() {
    let (here, stub) = (Provider::start().await, Stub::start().await);
    connect(&here, &stub.issuer, json!({})).await;
    let bare = |claims: &mut Value| {
        claims.as_object_mut().unwrap().retain(|name, _| !name.starts_with("email"));
    };
    stub.said.lock().unwrap().userinfo = json!({"sub": "s2", "email": "sam@corp.example"});
    let refused = Onward::of(stub.answer(&here, RS256, bare).await).await;
    refused.assert_refused("access_denied", "the sign-in through corp was not accepted");

    stub.said.lock().unwrap().userinfo = json!({"sub": "s1", "email": "sam@corp.example", "given_name": "Samuel"});
    let code = Onward::of(stub.answer(&here, RS256, bare).await).await.code();
    let claims = id_token(&here, &code).await;
    assert_eq!((&claims["email"], &claims["email_verified"]), (&json!("sam@corp.example"), &json!(false)));
    assert_eq!(claims["name"], "Sam");

    stub.said.lock().unwrap().userinfo = json!({"sub": "s1"});
    let refused = Onward::of(stub.answer(&here, RS256, bare).await).await;
    refused.assert_refused("access_denied", "the sign-in through corp was not accepted");
}

#[tokio::test]
async fn two_people_of_an_issuer_may_share_an_address() {
    let (here, stub) = (Provider::start().await, Stub::start().await);
    connect(&here, &stub.issuer, json!({})).await;
    for sub in ["s1", "s2"] {
        let code = Onward::of(stub.answer(&here, RS256, |claims| claims["sub"] = json!(sub)).await).await.code();
        assert_eq!(id_token(&here, &code).await["sub"], format!("oidc|corp|{sub}"));
    }
}

#[tokio::test]
async fn an_issuer_in_trouble_is_not_a_refusal() {
    let (here, stub) = (Provider::start().await, Stub::start().await);
    connect(&here, &stub.issuer, json!({})).await;
    stub.said.lock().unwrap().status = 500;
    let response = stub.answer(&here, RS256, |_| {}).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(response.text().await.unwrap().contains("Back to the sign-in page"));
}

#[tokio::test]
async fn a_document_that_leads_elsewhere_is_not_followed() {
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
async fn documents_are_kept_for_a_while_and_new_keys_are_found() {
    let (here, stub) = (Provider::start().await, Stub::start().await);
    connect(&here, &stub.issuer, json!({})).await;
    let good = stub.said.lock().unwrap().jwks.clone();
    stub.said.lock().unwrap().jwks = json!({"keys": []});
    let refused = Onward::of(stub.answer(&here, RS256, |_| {}).await).await;
    refused.assert_refused("access_denied", "the sign-in through corp was not accepted");

    // The key is new since then: it is looked for at once.
    stub.said.lock().unwrap().jwks = good;
    Onward::of(stub.answer(&here, RS256, |_| {}).await).await.code();

    // The document is not asked for again, until it is old.
    stub.said.lock().unwrap().discovery = json!({});
    Onward::of(stub.answer(&here, RS256, |_| {}).await).await.code();
    here.advance(TimeDelta::minutes(10));
    let browser = here.browser();
    let state = browser.begin("/u/federate", &[("connection", "corp")]).await;
    let response = browser.get(&format!("u/federate?state={state}")).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_connection_needs_a_name_and_an_issuer() {
    let here = Provider::start().await;
    for (name, options) in [
        ("a|b", json!({"client_id": "c", "issuer": "https://a.example"})),
        ("good", json!({"client_id": "c"})),
        ("Username-Password-Authentication", json!({"client_id": "c", "issuer": "https://a.example"})),
    ] {
        let new =
            NewIssuer { name, display_name: None, options: object(options), show_as_button: true, clients: &["web"] };
        assert!(here.idp.add_issuer(new).await.is_err(), "{name}");
    }
}
