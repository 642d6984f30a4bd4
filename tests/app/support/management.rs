//! The Management API of the built-in provider, behind a proxy that injects failures.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, AtomicUsize, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse as _, Response},
};
use reqwest::Client;
use serde_json::{Value, json};
use sqlx::{Connection as _, SqliteConnection};
use tessera::testing::{
    idp::{self, Idp, PasswordCost, management_permissions},
    kernel::{
        client_address::{NetworkList, TrustedProxies},
        clock::Clock,
        database::Durability,
        random::Random,
        sealer::Sealer,
    },
    server::config::ManagementConfig,
};
use tokio::{
    net::TcpListener,
    sync::{OnceCell, watch},
};
use url::Url;

use super::garbage::{self, Answering, Garbage};

const CLIENT_ID: &str = "tessera-management";
const CLIENT_SECRET: &str = "the management client's secret";

/// A failure that the proxy injects into a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The rate limit is exceeded. The call is not executed.
    TooMany,
    /// A gateway returns an error. The call is not executed.
    Trouble,
    /// The call is executed, but its answer is lost.
    LostAnswer,
    /// The call is forbidden. It is not executed.
    Refusal,
    /// The call is executed, but not answered before [`Management::end_silence`], and then by the error of a gateway.
    Silence,
}

/// A pattern of calls: a method and the end of a path, in which `*` matches any segment.
pub type Call = (Method, &'static str);

#[derive(Default)]
struct Script {
    faults: Vec<(Call, Fault, usize)>,
    calls: Vec<String>,
}

#[derive(Clone)]
struct Proxy {
    target: String,
    http: Client,
    script: Arc<Mutex<Script>>,
    /// The number of executed calls that are not answered.
    silent: watch::Sender<usize>,
    /// Whether these calls are answered now.
    silence_ended: watch::Sender<bool>,
    answering: Answering,
    /// Number of received requests.
    requests: Arc<AtomicUsize>,
}

/// The Management API with the demo organizations and people.
pub struct Management {
    pub config: ManagementConfig,
    proxy: Proxy,
    folder: PathBuf,
}

impl Management {
    pub async fn start(clock: Clock) -> Self {
        let folder = copy_of_template().await;
        // The proxy listens at the address of the issuer and forwards to the provider.
        let front = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = front.local_addr().unwrap().to_string();
        let issuer = format!("http://{host}/");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target = format!("http://{}/", listener.local_addr().unwrap());
        let url = format!("sqlite://{}", folder.join("idp.db").display());
        let idp = Idp::open(config(&issuer, &url, clock)).await.unwrap();
        let service = idp.router().into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        // As a proxy must, it passes the host on.
        let host = HeaderMap::from_iter([(header::HOST, host.parse().unwrap())]);
        let http = Client::builder().default_headers(host).build().unwrap();
        let proxy = Proxy {
            target,
            http,
            script: Arc::default(),
            silent: watch::Sender::new(0),
            silence_ended: watch::Sender::new(false),
            answering: Answering::default(),
            requests: Arc::default(),
        };
        let router = Router::new()
            .fallback(forward)
            .layer(from_fn_with_state(proxy.answering.clone(), garbage::answer))
            .layer(from_fn_with_state(proxy.requests.clone(), count))
            .with_state(proxy.clone());
        tokio::spawn(async move { axum::serve(front, router).await });
        let audience = format!("{issuer}api/v2/");
        let config = ManagementConfig {
            api: Url::parse(&audience).unwrap(),
            audience,
            client_id: CLIENT_ID.to_owned(),
            client_secret: CLIENT_SECRET.to_owned(),
        };
        Self { config, proxy, folder }
    }

    /// Makes the next `times` matching calls fail.
    pub fn fail(&self, call: Call, fault: Fault, times: usize) {
        self.proxy.script.lock().unwrap().faults.push((call, fault, times));
    }

    /// Lets something else answer in the place of the API; `None` ends that.
    pub fn garble(&self, garbage: Option<Garbage>) {
        *self.proxy.answering.lock().unwrap() = garbage;
    }

    /// Waits until [`Fault::Silence`] has left a call unanswered.
    pub async fn fell_silent(&self) {
        self.proxy.silent.subscribe().wait_for(|count| *count > 0).await.unwrap();
    }

    /// Answers the calls that [`Fault::Silence`] has left unanswered.
    pub fn end_silence(&self) {
        self.proxy.silence_ended.send_replace(true);
    }

    /// Counts all requests, also those that something else answered.
    pub fn requests(&self) -> usize {
        self.proxy.requests.load(Ordering::SeqCst)
    }

    /// Lists all received calls, for example `POST /organizations/org_x/members`.
    pub fn calls(&self) -> Vec<String> {
        self.proxy.script.lock().unwrap().calls.clone()
    }

    /// Reads from the provider directly, without the proxy.
    pub async fn get(&self, path: &str) -> Value {
        self.send(Method::GET, path, None).await
    }

    /// Calls the provider directly, without the proxy, as its console does; returns the answer.
    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let answer = self.proxy.http.post(format!("{}oauth/token", self.proxy.target));
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", CLIENT_ID),
            ("client_secret", CLIENT_SECRET),
            ("audience", &self.config.audience),
        ];
        let token: Value = answer.form(&form).send().await.unwrap().json().await.unwrap();
        let token = token["access_token"].as_str().unwrap();
        let mut request = self.proxy.http.request(method, format!("{}api/v2{path}", self.proxy.target));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let text = request.bearer_auth(token).send().await.unwrap().text().await.unwrap();
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// Adds the connection `name` to another issuer, which `organization` uses, and a person with the address `email` who
    /// signs in through it. Returns their subject.
    pub async fn add_federated_person(&self, organization: &str, name: &str, email: &str) -> String {
        let id = format!("con_{:0>16}", name.replace('-', ""));
        let subject = format!("oidc|{name}|{email}");
        let url = format!("sqlite://{}", self.folder.join("idp.db").display());
        let mut database = SqliteConnection::connect(&url).await.unwrap();
        for statement in [
            format!(
                "INSERT INTO connections (id, name, strategy, created_at) VALUES ('{id}', '{name}', 'oidc', 1)
                 ON CONFLICT DO NOTHING"
            ),
            format!(
                "INSERT INTO users (id, connection_id, email, email_verified, name, nickname, created_at, updated_at)
                 VALUES ('{subject}', '{id}', '{email}', TRUE, '{email}', '', 1, 1)"
            ),
        ] {
            sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut database).await.unwrap();
        }
        let body = json!({ "connection_id": id });
        let path = format!("/organizations/{organization}/enabled_connections");
        let enabled = self.send(Method::POST, &path, Some(body)).await;
        assert_eq!(enabled["connection"]["name"], name, "{enabled}");
        subject
    }

    /// Blocks or unblocks a person.
    pub async fn block(&self, subject: &str, blocked: bool) {
        let path = format!("/users/{}", subject.replace('|', "%7C"));
        self.send(Method::PATCH, &path, Some(json!({ "blocked": blocked }))).await;
    }

    /// Finds the organization called `name`.
    pub async fn organization(&self, name: &str) -> Option<Value> {
        let found = self.get(&format!("/organizations/name/{name}")).await;
        found["id"].is_string().then_some(found)
    }

    /// Counts the organizations.
    pub async fn organizations(&self) -> usize {
        self.get("/organizations?per_page=100").await.as_array().unwrap().len()
    }

    /// Lists the roles of `subject` in the organization `id`; returns `None` for a non-member.
    pub async fn roles(&self, id: &str, subject: &str) -> Option<Vec<String>> {
        let members = self.get(&format!("/organizations/{id}/members?fields=user_id,roles&per_page=100")).await;
        let member = members.as_array().unwrap().iter().find(|member| member["user_id"] == subject)?;
        let roles = member["roles"].as_array().cloned().unwrap_or_default();
        Some(roles.iter().map(|role| role["name"].as_str().unwrap().to_owned()).collect())
    }
}

impl Drop for Management {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.folder);
    }
}

async fn count(State(requests): State<Arc<AtomicUsize>>, request: Request, next: Next) -> Response {
    requests.fetch_add(1, Ordering::SeqCst);
    next.run(request).await
}

async fn forward(State(proxy): State<Proxy>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let fault = path.strip_prefix("/api/v2").and_then(|path| proxy.fault(&parts.method, path));
    match fault {
        Some(Fault::TooMany) => {
            let body =
                axum::Json(json!({ "statusCode": 429, "error": "Too Many Requests", "message": "Global limit" }));
            return (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "2")], body).into_response();
        }
        Some(Fault::Trouble) => return StatusCode::BAD_GATEWAY.into_response(),
        Some(Fault::Refusal) => {
            let body = axum::Json(json!({ "statusCode": 403, "error": "Forbidden", "message": "Insufficient scope" }));
            return (StatusCode::FORBIDDEN, body).into_response();
        }
        Some(Fault::LostAnswer | Fault::Silence) | None => {}
    }
    let address = format!("{}{}", proxy.target.trim_end_matches('/'), parts.uri.path_and_query().unwrap());
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let mut forwarded = proxy.http.request(parts.method, address).body(body);
    for name in [header::AUTHORIZATION, header::CONTENT_TYPE] {
        forwarded =
            forwarded.headers(parts.headers.get(&name).map(|value| (name, value.clone())).into_iter().collect());
    }
    let answer = forwarded.send().await.unwrap();
    match fault {
        Some(Fault::LostAnswer) => return StatusCode::GATEWAY_TIMEOUT.into_response(),
        Some(Fault::Silence) => {
            proxy.silent.send_modify(|count| *count += 1);
            _ = proxy.silence_ended.subscribe().wait_for(|ended| *ended).await;
            return StatusCode::GATEWAY_TIMEOUT.into_response();
        }
        _ => {}
    }
    let (status, headers) = (answer.status(), answer.headers().clone());
    let mut response = (status, Body::from(answer.bytes().await.unwrap())).into_response();
    for (name, value) in &headers {
        if name.as_str().starts_with("x-ratelimit") || name == header::CONTENT_TYPE {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}

impl Proxy {
    fn fault(&self, method: &Method, path: &str) -> Option<Fault> {
        let mut script = self.script.lock().unwrap();
        script.calls.push(format!("{method} {path}"));
        let matches = |(wanted, pattern): &Call| {
            let (pattern, path): (Vec<_>, Vec<_>) = (pattern.split('/').collect(), path.split('/').collect());
            wanted == method
                && pattern.len() == path.len()
                && pattern.iter().zip(&path).all(|(wanted, segment)| *wanted == "*" || wanted == segment)
        };
        let (_, fault, left) = script.faults.iter_mut().find(|(call, _, left)| *left > 0 && matches(call))?;
        *left -= 1;
        Some(*fault)
    }
}

fn config(issuer: &str, database_url: &str, clock: Clock) -> idp::Config {
    let grant = idp::ClientGrant {
        audience: format!("{issuer}api/v2/"),
        scope: management_permissions(),
        organization_usage: idp::OrganizationUsage::Deny,
        allow_any_organization: false,
    };
    let client = idp::Client {
        client_id: CLIENT_ID.to_owned(),
        name: "Tessera administration".to_owned(),
        app_type: idp::AppType::NonInteractive,
        secret: Some(CLIENT_SECRET.to_owned()),
        grant_types: vec!["client_credentials".to_owned()],
        grants: vec![grant],
        ..idp::Client::default()
    };
    let application = idp::Client {
        client_id: super::tokens::CLIENT_ID.to_owned(),
        name: "Tessera".to_owned(),
        initiate_login_uri: "http://localhost:3000/login".to_owned(),
        organization_usage: idp::OrganizationUsage::Allow,
        ..idp::Client::default()
    };
    idp::Config {
        issuer: issuer.parse().unwrap(),
        other_issuers: Vec::new(),
        database_url: database_url.to_owned(),
        migration_database_url: None,
        durability: Durability::default(),
        clients: vec![client, application],
        apis: Vec::new(),
        roles: tessera::testing::serve::provider_roles(),
        mode: tessera::testing::serve::demo(),
        allow_organization_names: false,
        management_calls_per_minute: 100_000,
        smtp: None,
        outbound_allow: NetworkList::default(),
        trusted_proxies: TrustedProxies::default(),
        sealer: Sealer::new("the provider's secret", Random::system()),
        previous_sealer: None,
        password_cost: PasswordCost::Minimal,
        clock,
        random: Random::system(),
    }
}

/// Creates a folder with a copy of a template of the provider's database. The template is created only once, since
/// generating its key takes as long as a test.
async fn copy_of_template() -> PathBuf {
    static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
    let make = async || {
        let folder = folder();
        let file = folder.join("idp.db");
        let url = format!("sqlite://{}", file.display());
        Idp::open(config("http://127.0.0.1/", &url, Clock::system())).await.unwrap().close().await;
        let template = std::fs::read(&file).unwrap();
        std::fs::remove_dir_all(folder).unwrap();
        template
    };
    let template = TEMPLATE.get_or_init(make).await;
    let folder = folder();
    std::fs::write(folder.join("idp.db"), template).unwrap();
    folder
}

fn folder() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("tessera_management_{}_{count}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
