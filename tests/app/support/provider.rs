//! An `OpenID` provider whose answers a test controls.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{
    Form, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    middleware::from_fn_with_state,
    response::{Html, IntoResponse as _, Response},
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tessera::testing::kernel::clock::Clock;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use super::{
    garbage::{self, Answering, Garbage},
    keys::Key,
    tokens::{CLIENT_ID, Grant, LIFETIME, Token},
};

pub const CLIENT_SECRET: &str = "the client's secret";

/// An error of the token endpoint.
#[derive(Clone, Copy, Debug)]
pub enum Refusal {
    /// The error `invalid_grant` (RFC 6749 section 5.2), as Auth0 returns it.
    InvalidGrant,
    /// The error `invalid_grant` after the membership has ended.
    Left,
    /// A gateway error of a proxy in front of the provider.
    BadGateway,
    /// Status 429 (RFC 6585 section 4).
    TooManyRequests,
    /// Status 200 without tokens.
    Nonsense,
    /// This status, type and body.
    Answer(u16, &'static str, &'static str),
}

struct Script {
    key: &'static Key,
    /// The keys in the published key set.
    keys: Vec<Value>,
    codes: HashMap<String, Grant>,
    refresh_tokens: HashMap<String, Grant>,
    /// The permissions by subject and organization.
    permissions: HashMap<(String, String), Vec<String>>,
    refusal: Option<Refusal>,
    has_logout: bool,
    /// The issuer that the discovery document names, if it is not this one.
    announced: Option<String>,
    /// The lifetime of access tokens that the token endpoint announces, in seconds.
    lifetime: i64,
    /// Whether the discovery document promises the parameter `iss` in answers to the callback (RFC 9207).
    has_response_issuer: bool,
    /// The forms that the token endpoint has received, and their `Authorization` headers.
    token_requests: Vec<(HashMap<String, String>, Option<String>)>,
    /// Changes the answers of the token endpoint that contain tokens.
    change_answer: Option<fn(&mut Value)>,
    /// The answer of the userinfo endpoint.
    userinfo: Value,
    userinfo_requests: usize,
    key_fetches: usize,
    exchanges: usize,
    refreshes: usize,
    made: usize,
}

#[derive(Clone)]
struct Shared {
    issuer: String,
    clock: Clock,
    script: Arc<Mutex<Script>>,
    /// Locked while the test delays the answers of the token endpoint.
    gate: Arc<tokio::sync::RwLock<()>>,
    waiting: watch::Sender<usize>,
    answering: Answering,
}

/// A running provider. Dropping the value stops the provider.
pub struct Provider {
    /// The issuer. Unless the test says otherwise it ends with `/` like that of Auth0.
    pub issuer: String,
    /// The path of the issuer without a final slash.
    path: String,
    address: SocketAddr,
    shared: Shared,
    running: Option<(watch::Sender<bool>, JoinHandle<()>)>,
}

impl Provider {
    /// Starts a provider whose issuer has this path, which may be empty.
    pub async fn start(clock: Clock, path: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let issuer = format!("http://{address}{path}");
        let key = Key::first();
        let script = Script {
            key,
            keys: vec![key.jwk()],
            codes: HashMap::new(),
            refresh_tokens: HashMap::new(),
            permissions: HashMap::new(),
            refusal: None,
            has_logout: true,
            announced: None,
            lifetime: LIFETIME,
            has_response_issuer: false,
            token_requests: Vec::new(),
            change_answer: None,
            // For another subject, which the application must not believe.
            userinfo: json!({ "sub": "somebody-else", "email": "somebody-else@example.com", "email_verified": true }),
            userinfo_requests: 0,
            key_fetches: 0,
            exchanges: 0,
            refreshes: 0,
            made: 0,
        };
        let shared = Shared {
            issuer: issuer.clone(),
            clock,
            script: Arc::new(Mutex::new(script)),
            gate: Arc::default(),
            waiting: watch::Sender::new(0),
            answering: Answering::default(),
        };
        let path = path.trim_end_matches('/').to_owned();
        let running = Some(serve(listener, &path, shared.clone()));
        Self { issuer, path, address, shared, running }
    }

    /// Stops the provider, so that it refuses connections.
    pub async fn stop(&mut self) {
        let (stop, task) = self.running.take().unwrap();
        stop.send(true).unwrap();
        task.await.unwrap();
    }

    /// Starts the provider again at the same address.
    pub async fn resume(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.running = Some(serve(listener, &self.path, self.shared.clone()));
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.shared.script.lock().unwrap()
    }

    /// Creates the grant of `sub` in `organization`.
    pub fn grant(&self, sub: &str, organization: Option<&str>) -> Grant {
        let script = self.script();
        let permissions =
            organization.and_then(|organization| script.permissions.get(&(sub.to_owned(), organization.to_owned())));
        Grant::new(&self.issuer, sub, organization, permissions.map(Vec::as_slice))
    }

    /// Issues an authorization code for `grant`.
    pub fn code(&self, grant: Grant) -> String {
        let mut script = self.script();
        script.made += 1;
        let code = format!("code-{}", script.made);
        script.codes.insert(code.clone(), grant);
        code
    }

    /// Signs `token` with the current key.
    pub fn sign(&self, token: &Token) -> String {
        token.sign(self.script().key)
    }

    /// Grants permissions to `sub` in `organization`. Tokens that are issued later contain them.
    pub fn permit(&self, sub: &str, organization: &str, permissions: &[&str]) {
        let permissions = permissions.iter().map(ToString::to_string).collect();
        self.script().permissions.insert((sub.to_owned(), organization.to_owned()), permissions);
    }

    /// Sets the error that the token endpoint returns; `None` stands for success.
    pub fn refuse(&self, refusal: Option<Refusal>) {
        self.script().refusal = refusal;
    }

    /// Lets something else answer in the provider's place; `None` ends that.
    pub fn garble(&self, garbage: Option<Garbage>) {
        *self.shared.answering.lock().unwrap() = garbage;
    }

    /// Replaces the signing key and publishes only the new key.
    pub fn rotate(&self, key: &'static Key) {
        let mut script = self.script();
        script.key = key;
        script.keys = vec![key.jwk()];
    }

    /// Announces another lifetime of access tokens, in seconds.
    pub fn lifetime(&self, seconds: i64) {
        self.script().lifetime = seconds;
    }

    /// Publishes these keys and no others.
    pub fn publish(&self, keys: Vec<Value>) {
        self.script().keys = keys;
    }

    /// Promises the parameter `iss` in answers to the callback.
    pub fn promises_response_issuer(&self) {
        self.script().has_response_issuer = true;
    }

    /// Changes what all refresh tokens stand for.
    pub fn change_refreshed(&self, change: impl Fn(&mut Grant)) {
        self.script().refresh_tokens.values_mut().for_each(change);
    }

    /// Lists the forms that the token endpoint has received, and their `Authorization` headers.
    pub fn token_requests(&self) -> Vec<(HashMap<String, String>, Option<String>)> {
        self.script().token_requests.clone()
    }

    /// Changes the answers of the token endpoint that contain tokens, as other providers send them.
    pub fn change_answer(&self, change: fn(&mut Value)) {
        self.script().change_answer = Some(change);
    }

    /// Sets the answer of the userinfo endpoint.
    pub fn set_userinfo(&self, answer: Value) {
        self.script().userinfo = answer;
    }

    /// Counts the requests to the userinfo endpoint.
    pub fn userinfo_requests(&self) -> usize {
        self.script().userinfo_requests
    }

    /// Names another issuer in the discovery document.
    pub fn announce(&self, issuer: &str) {
        self.script().announced = Some(issuer.to_owned());
    }

    /// Removes the end-session endpoint from the discovery document.
    pub fn without_logout(&self) {
        self.script().has_logout = false;
    }

    /// Counts the fetches of the key set.
    pub fn key_fetches(&self) -> usize {
        self.script().key_fetches
    }

    /// Counts the attempts to exchange an authorization code.
    pub fn exchanges(&self) -> usize {
        self.script().exchanges
    }

    /// Counts the attempts to exchange a refresh token.
    pub fn refreshes(&self) -> usize {
        self.script().refreshes
    }

    /// Delays the answers of the token endpoint until the guard is dropped.
    pub async fn hold(&self) -> tokio::sync::OwnedRwLockWriteGuard<()> {
        self.shared.gate.clone().write_owned().await
    }

    /// Waits until the token endpoint has received `count` requests.
    pub async fn reached_by(&self, count: usize) {
        self.shared.waiting.subscribe().wait_for(|arrived| *arrived >= count).await.unwrap();
    }
}

fn serve(listener: TcpListener, path: &str, shared: Shared) -> (watch::Sender<bool>, JoinHandle<()>) {
    let (stop, mut stopped) = watch::channel(false);
    let router = Router::new()
        .route("/.well-known/openid-configuration", get(discovery))
        .route("/jwks", get(keys))
        .route("/token", post(token))
        .route("/userinfo", get(userinfo))
        .layer(from_fn_with_state(shared.answering.clone(), garbage::answer))
        .with_state(shared);
    let router = if path.is_empty() { router } else { Router::new().nest(path, router) };
    let task = tokio::spawn(async move {
        let stopped = async move { _ = stopped.changed().await };
        axum::serve(listener, router).with_graceful_shutdown(stopped).await.unwrap();
    });
    (stop, task)
}

async fn discovery(State(shared): State<Shared>) -> Json<Value> {
    let base = format!("{}/", shared.issuer.trim_end_matches('/'));
    let mut metadata = json!({
        "issuer": shared.issuer,
        "authorization_endpoint": format!("{base}authorize"),
        "token_endpoint": format!("{base}token"),
        "jwks_uri": format!("{base}jwks"),
        "userinfo_endpoint": format!("{base}userinfo"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        // Auth0 includes this field. The application must ignore it.
        "id_token_signing_alg_values_supported": ["HS256", "RS256"],
    });
    let script = shared.script.lock().unwrap();
    if let Some(announced) = &script.announced {
        metadata["issuer"] = announced.clone().into();
    }
    if script.has_logout {
        metadata["end_session_endpoint"] = format!("{base}oidc/logout").into();
    }
    if script.has_response_issuer {
        metadata["authorization_response_iss_parameter_supported"] = true.into();
    }
    Json(metadata)
}

async fn keys(State(shared): State<Shared>) -> Json<Value> {
    let mut script = shared.script.lock().unwrap();
    script.key_fetches += 1;
    Json(json!({ "keys": script.keys }))
}

async fn userinfo(State(shared): State<Shared>) -> Json<Value> {
    let mut script = shared.script.lock().unwrap();
    script.userinfo_requests += 1;
    Json(script.userinfo.clone())
}

async fn token(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    shared.waiting.send_modify(|arrived| *arrived += 1);
    let _open = shared.gate.read().await;
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    let now = shared.clock.now();
    let mut script = shared.script.lock().unwrap();
    let authorization = headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
    script.token_requests.push((form.clone(), authorization));
    let is_refresh = field("grant_type") == "refresh_token";
    *(if is_refresh { &mut script.refreshes } else { &mut script.exchanges }) += 1;
    match script.refusal {
        Some(Refusal::InvalidGrant) => return invalid_grant(),
        Some(Refusal::Left) => {
            let description = "user auth0|x is not part of the org_x organization";
            let error = json!({ "error": "invalid_grant", "error_description": description });
            return (StatusCode::FORBIDDEN, Json(error)).into_response();
        }
        Some(Refusal::BadGateway) => return (StatusCode::BAD_GATEWAY, Html("<h1>Bad gateway</h1>")).into_response(),
        Some(Refusal::TooManyRequests) => {
            let error = json!({ "error": "too_many_requests", "error_description": "Global limit has been reached" });
            return (StatusCode::TOO_MANY_REQUESTS, Json(error)).into_response();
        }
        Some(Refusal::Answer(status, media_type, body)) => {
            return (StatusCode::from_u16(status).unwrap(), [("content-type", media_type)], body).into_response();
        }
        Some(Refusal::Nonsense) => return Json(json!({ "hello": "world" })).into_response(),
        None => {}
    }
    if field("client_id") != CLIENT_ID || field("client_secret") != CLIENT_SECRET {
        return (StatusCode::UNAUTHORIZED, Json(json!({ "error": "invalid_client" }))).into_response();
    }
    // An authorization code or a refresh token can be used once.
    let grant = if is_refresh {
        script.refresh_tokens.remove(field("refresh_token"))
    } else {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(field("code_verifier")));
        script.codes.remove(field("code")).filter(|grant| grant.challenge == challenge)
    };
    let Some(mut grant) = grant else { return invalid_grant() };
    if is_refresh {
        // Refreshed tokens have new times, no nonce, and the current permissions.
        for token in [&mut grant.id_token, &mut grant.access_token] {
            token.set("iat", Value::Null).set("exp", Value::Null).set("nonce", Value::Null);
        }
        let claim = |name: &str| grant.access_token.claims[name].as_str().unwrap_or_default().to_owned();
        let permissions = script.permissions.get(&(claim("sub"), claim("org_id"))).cloned();
        grant.access_token.set("permissions", permissions);
    }
    let issued = grant.clone().at(now);
    let mut answer = json!({
        "token_type": "Bearer",
        "expires_in": script.lifetime,
        "id_token": issued.id_token.sign(script.key),
        "access_token": issued.access_token.sign(script.key),
    });
    if grant.has_refresh_token {
        script.made += 1;
        let refresh_token = format!("refresh-token-{}", script.made);
        answer["refresh_token"] = refresh_token.clone().into();
        script.refresh_tokens.insert(refresh_token, grant);
    }
    if let Some(change) = script.change_answer {
        change(&mut answer);
    }
    Json(answer).into_response()
}

fn invalid_grant() -> Response {
    let error = json!({ "error": "invalid_grant", "error_description": "Unknown or invalid refresh token." });
    (StatusCode::FORBIDDEN, Json(error)).into_response()
}
