//! A provider for each test, and a browser and a client that use it.

mod database;
pub mod peer;

use std::{
    collections::{BTreeSet, HashMap},
    net::SocketAddr,
};

use argon2::{Argon2, Params, PasswordHasher as _, password_hash::SaltString};
use chrono::{DateTime, TimeDelta};
use reqwest::{Method, RequestBuilder, Response, StatusCode, header, redirect::Policy};
use serde_json::{Value, json};
use tessera::testing::{
    domain::permissions::Permission,
    idp::{
        Api, AppType, Client, ClientGrant, Config, Error, Idp, OrganizationRequireBehavior as Behavior,
        OrganizationUsage as Usage, PasswordCost,
    },
    kernel::{
        client_address::TrustedProxies,
        clock::Clock,
        database::Durability,
        random::Random,
        sealer::{SealedText, Sealer},
    },
};

use database::{AnyRow, Database};

pub const CALLBACK: &str = "http://app.example/callback";
pub const LOGOUT: &str = "http://app.example/";
pub const AUDIENCE: &str = "https://api.tessera.example";
pub const SECRET: &str = "an application's secret";
pub const ABC: &str = "org_AbcInc0000000001";
pub const ACME: &str = "org_AcmeCorp00000001";
pub const XYZ: &str = "org_XyzTravel0000001";
pub const JOE: &str = "auth0|d00000000000000000000005";
/// A password that is not public.
pub const PASSWORD: &str = "correct horse";
/// Code verifier of the example in RFC 7636, appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A running provider with a manual clock.
pub struct Provider {
    pub idp: Idp,
    pub clock: Clock,
    /// Address of the issuer, which ends with `/`.
    pub issuer: String,
    database: Database,
}

impl Provider {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// Starts a provider whose configuration `change` has modified.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let seed = async |url: &str, owner: Option<&str>| {
            let migration_database_url = owner.map(str::to_owned);
            let config = Config { migration_database_url, ..config("http://127.0.0.1/", url) };
            Idp::open(config).await.unwrap().close().await;
        };
        let database = Database::create(seed).await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}/", listener.local_addr().unwrap());
        let mut config = config(&issuer, &database.url);
        change(&mut config);
        let clock = config.clock.clone();
        let idp = Idp::open(config).await.unwrap();
        let service = idp.router().into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        Self { idp, clock, issuer, database }
    }

    /// Opens a second provider on the same database, as after a restart.
    pub async fn reopen(&self) -> Idp {
        self.reopen_with(|_| {}).await
    }

    /// Does the same as [`Self::reopen`], with a configuration that `change` has modified.
    pub async fn reopen_with(&self, change: impl FnOnce(&mut Config)) -> Idp {
        self.try_reopen_with(change).await.unwrap()
    }

    /// Does the same as [`Self::reopen_with`], and returns the error if the provider does not start.
    pub async fn try_reopen_with(&self, change: impl FnOnce(&mut Config)) -> Result<Idp, Error> {
        let mut config = config(&self.issuer, &self.database.url);
        change(&mut config);
        Idp::open(config).await
    }

    /// Forgets the secrets in the database, as `tessera forget-secrets` does.
    pub async fn forget_secrets(&self) {
        Idp::forget_secrets(&self.database.url, None, &Random::system()).await.unwrap();
    }

    /// The address of the database, as in `IDP_DATABASE_URL`.
    pub fn database_url(&self) -> &str {
        &self.database.url
    }

    /// The address for migrations, as in `IDP_MIGRATION_DATABASE_URL`; `None` on `SQLite`.
    pub fn migration_url(&self) -> Option<String> {
        self.database.migration_url()
    }

    /// Returns a new browser without cookies.
    pub fn browser(&self) -> Browser {
        let http = reqwest::Client::builder().cookie_store(true).redirect(Policy::none()).build().unwrap();
        Browser { http, issuer: self.issuer.clone() }
    }

    /// Returns a new browser that sends `cookie` besides the cookies that it receives.
    pub fn browser_with_cookie(&self, cookie: &str) -> Browser {
        let jar = reqwest::cookie::Jar::default();
        jar.add_cookie_str(cookie, &self.issuer.parse().unwrap());
        let client = reqwest::Client::builder().cookie_provider(jar.into()).redirect(Policy::none());
        Browser { http: client.build().unwrap(), issuer: self.issuer.clone() }
    }

    pub fn advance(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    /// Returns the host of the issuer, for requests to another listener of the same issuer.
    pub fn host(&self) -> String {
        authority(&self.issuer)
    }

    /// Runs a statement directly on the provider's database.
    pub async fn sql(&self, statement: &'static str) {
        self.database.execute(statement).await;
    }

    /// Gives Joe the password [`PASSWORD`], which is not public.
    pub async fn give_joe_a_password(&self) {
        let params = Params::new(Params::MIN_M_COST, Params::MIN_T_COST, Params::MIN_P_COST, None).unwrap();
        let salt = SaltString::encode_b64(b"sixteen bytes ..").unwrap();
        let hash = Argon2::from(params).hash_password(PASSWORD.as_bytes(), &salt).unwrap();
        let statement = format!("UPDATE users SET password_hash = '{hash}' WHERE email = 'joe@example.com'");
        self.sql(statement.leak()).await;
    }

    /// Lets users sign up for the demo organizations, which makes them members.
    pub async fn open_organizations(&self) {
        self.sql("UPDATE organization_connections SET is_signup_enabled = TRUE, assign_membership_on_login = TRUE")
            .await;
    }

    /// Returns the first column of a query of the provider's database, as texts.
    pub async fn texts(&self, query: &'static str) -> Vec<String> {
        self.rows::<(String,)>(query).await.into_iter().map(|(text,)| text).collect()
    }

    /// Returns the first text of a query of the provider's database.
    pub async fn text(&self, query: &'static str) -> String {
        self.row::<(String,)>(query).await.0
    }

    /// Returns the first row of a query of the provider's database.
    pub async fn row<T: AnyRow>(&self, query: &'static str) -> T {
        self.rows(query).await.into_iter().next().unwrap()
    }

    /// Returns all rows of a query of the provider's database.
    pub async fn rows<T: AnyRow>(&self, query: &'static str) -> Vec<T> {
        self.database.rows(query).await
    }

    /// Returns the newest mail to `recipient`.
    pub async fn mail_to(&self, recipient: &str) -> Mail {
        let query = "SELECT recipient, id, subject, body_text FROM mails ORDER BY created_at DESC, id DESC";
        let mails: Vec<(String, String, String, String)> = self.rows(query).await;
        let found = mails.into_iter().find(|(to, ..)| to == recipient);
        let (_, id, subject, sealed) = found.unwrap_or_else(|| panic!("there is no mail to {recipient}"));
        let text = open(&format!("mail {id}"), sealed);
        let link = text.lines().find(|line| line.starts_with("http")).unwrap().to_owned();
        Mail { path: format!("mailbox/{id}"), subject, text, link }
    }

    /// Returns the private key that signs tokens, in PEM format.
    pub async fn private_key(&self) -> String {
        let (kid, sealed): (String, String) =
            self.row("SELECT kid, private_key FROM signing_keys WHERE state = 'current'").await;
        open(&format!("signing key {kid}"), sealed)
    }

    /// Returns the secret in the options of the only connection to another issuer.
    pub async fn client_secret(&self) -> Option<String> {
        let (id, options): (String, String) =
            self.row("SELECT id, options FROM connections WHERE strategy = 'oidc'").await;
        let options: Value = serde_json::from_str(&options).unwrap();
        let sealed = options.get("client_secret")?.as_str().unwrap().to_owned();
        Some(open(&format!("client secret of connection {id}"), sealed))
    }

    /// Calls the token endpoint as the client `web`, with the form `fields`.
    pub async fn token(&self, fields: &[(&str, &str)]) -> Response {
        let mut form = vec![("client_id", "web"), ("client_secret", SECRET)];
        form.extend_from_slice(fields);
        self.post_form("oauth/token", &form).await
    }

    /// Redeems a code that was issued for [`CHALLENGE`].
    pub async fn redeem(&self, code: &str) -> Response {
        self.token(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ])
        .await
    }

    pub async fn refresh(&self, token: &str) -> Response {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    pub async fn post_form(&self, path: &str, form: &[(&str, &str)]) -> Response {
        reqwest::Client::new().post(format!("{}{path}", self.issuer)).form(form).send().await.unwrap()
    }

    pub async fn userinfo(&self, token: &str) -> Response {
        reqwest::Client::new().get(format!("{}userinfo", self.issuer)).bearer_auth(token).send().await.unwrap()
    }

    /// Verifies the signature of `token` with the published key, and returns the claims.
    pub async fn claims(&self, token: &str) -> Value {
        let keys: Value =
            reqwest::get(format!("{}.well-known/jwks.json", self.issuer)).await.unwrap().json().await.unwrap();
        let key = serde_json::from_value(keys["keys"][0].clone()).unwrap();
        let header = jsonwebtoken::decode_header(token).unwrap();
        assert_eq!(header.kid.as_deref(), keys["keys"][0]["kid"].as_str());
        let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
        validation.validate_exp = false;
        validation.validate_aud = false;
        let key = jsonwebtoken::DecodingKey::from_jwk(&key).unwrap();
        jsonwebtoken::decode(token, &key, &validation).unwrap().claims
    }

    /// Signs `email` in and returns the tokens.
    pub async fn sign_in(&self, email: &str, extra: &[(&str, &str)]) -> Value {
        let code = self.browser().code(email, extra).await;
        let response = self.redeem(&code).await;
        assert_eq!(response.status(), StatusCode::OK);
        response.json().await.unwrap()
    }
}

/// A mail as the mailbox shows it.
#[derive(Debug)]
pub struct Mail {
    /// Path of the mail's page.
    pub path: String,
    pub subject: String,
    pub text: String,
    /// Target of the mail's button.
    pub link: String,
}

impl Mail {
    /// Returns the ticket in the mail's link. Asserts that the link leads to `path`.
    #[track_caller]
    pub fn ticket(&self, path: &str) -> String {
        let link = url::Url::parse(&self.link).unwrap();
        assert_eq!(link.path(), path);
        link.query_pairs().find(|(name, _)| name == "ticket").unwrap().1.into_owned()
    }
}

/// A browser that stores cookies and does not follow redirects.
#[derive(Clone)]
pub struct Browser {
    http: reqwest::Client,
    issuer: String,
}

impl Browser {
    /// Builds a request with this browser's cookies.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.address(path))
    }

    pub async fn get(&self, path: &str) -> Response {
        self.http.get(self.address(path)).send().await.unwrap()
    }

    /// Requests a page from another listener of the same issuer.
    pub async fn get_at(&self, listener: &str, path: &str) -> Response {
        let request = self.http.get(format!("{listener}{path}")).header(header::HOST, authority(&self.issuer));
        request.send().await.unwrap()
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Response {
        self.http.post(self.address(path)).form(form).send().await.unwrap()
    }

    /// Posts a form with the headers that a browser sends for a page of `origin`.
    pub async fn post_from(&self, origin: &str, path: &str, form: &[(&str, &str)]) -> Response {
        self.http.post(self.address(path)).header(header::ORIGIN, origin).form(form).send().await.unwrap()
    }

    /// Gets a page with the header by which a browser says who caused the request: `same-origin`, `cross-site`, `none`.
    pub async fn get_from_site(&self, site: &str, path: &str) -> Response {
        self.http.get(self.address(path)).header("sec-fetch-site", site).send().await.unwrap()
    }

    /// Posts a form with the header that a reverse proxy adds for a client at `address`.
    pub async fn post_through_proxy(&self, address: &str, path: &str, form: &[(&str, &str)]) -> Response {
        self.http.post(self.address(path)).header("x-forwarded-for", address).form(form).send().await.unwrap()
    }

    /// Requests `/authorize` for the client `web` with the usual parameters. `extra` replaces or adds parameters; an
    /// empty value removes one.
    pub async fn authorize(&self, extra: &[(&str, &str)]) -> Response {
        let mut parameters = HashMap::from([
            ("client_id", "web"),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", "openid profile email offline_access"),
            ("state", "the state"),
            ("nonce", "the nonce"),
            ("audience", AUDIENCE),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        parameters.extend(extra.iter().copied());
        parameters.retain(|_, value| !value.is_empty());
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        self.get(&format!("authorize?{query}")).await
    }

    /// Begins a login and returns the `state` of its first page, which must be at `path`.
    pub async fn begin(&self, path: &str, extra: &[(&str, &str)]) -> String {
        page_state(&self.authorize(extra).await, path)
    }

    /// Submits the login page with an address and the demo password.
    pub async fn log_in(&self, state: &str, email: &str) -> Response {
        self.post("u/login", &[("state", state), ("email", email), ("password", "tessera-demo")]).await
    }

    /// Submits the sign-up page.
    pub async fn sign_up(&self, state: &str, name: &str, email: &str, password: &str) -> Response {
        self.post("u/signup", &[("state", state), ("name", name), ("email", email), ("password", password)]).await
    }

    /// Signs `email` in and returns the authorization code.
    pub async fn code(&self, email: &str, extra: &[(&str, &str)]) -> String {
        let state = self.begin("/u/login", extra).await;
        code(&self.log_in(&state, email).await)
    }

    fn address(&self, path: &str) -> String {
        if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{}", self.issuer, path.trim_start_matches('/'))
        }
    }
}

fn authority(issuer: &str) -> String {
    url::Url::parse(issuer).unwrap()[url::Position::BeforeHost..url::Position::AfterPort].to_owned()
}

/// Returns a header of a response.
pub fn header(response: &Response, name: &str) -> String {
    response.headers()[name].to_str().unwrap().to_owned()
}

/// Returns the target of a redirect.
pub fn location(response: &Response) -> &str {
    assert!(response.status().is_redirection(), "{} is no redirect", response.status());
    response.headers()[header::LOCATION].to_str().unwrap()
}

/// Returns the `state` of the page to which a response redirects, which must be at `path`.
pub fn page_state(response: &Response, path: &str) -> String {
    let location = location(response);
    let state = location.strip_prefix(path).and_then(|query| query.strip_prefix("?state="));
    state.unwrap_or_else(|| panic!("{location} is not {path}")).to_owned()
}

/// Returns the parameters in a redirect to the callback.
pub fn callback(response: &Response) -> HashMap<String, String> {
    let location = location(response);
    assert!(location.starts_with(CALLBACK), "{location}");
    url::Url::parse(location).unwrap().query_pairs().into_owned().collect()
}

/// Returns the code in a redirect to the callback, whose `state` must match.
pub fn code(response: &Response) -> String {
    let mut answer = callback(response);
    assert_eq!(answer["state"], "the state");
    answer.remove("code").unwrap_or_else(|| panic!("no code but {answer:?}"))
}

/// Asserts that a response redirects to the callback with this error and the `state`.
#[track_caller]
pub fn assert_refused(response: &Response, error: &str, description: &str) {
    let answer = callback(response);
    assert_eq!((answer["error"].as_str(), answer["error_description"].as_str()), (error, description));
    assert_eq!(answer["state"], "the state");
    assert!(!answer.contains_key("code"));
}

/// Asserts that a response of the token endpoint is this error.
pub async fn assert_token_error(response: Response, status: u16, error: &str, description: &str) {
    let actual = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    assert_eq!((actual, body), (status, json!({"error": error, "error_description": description})));
}

/// Returns the sealer for `secret`.
pub fn sealer(secret: &str) -> Sealer {
    Sealer::new(secret, Random::system())
}

fn config(issuer: &str, database_url: &str) -> Config {
    let client = |id: &str, secret: Option<&str>, usage: Usage, behavior: Behavior| Client {
        client_id: id.to_owned(),
        name: "Tessera".to_owned(),
        secret: secret.map(str::to_owned),
        callbacks: vec![CALLBACK.to_owned(), "http://app.example/other".to_owned()],
        logout_urls: vec![LOGOUT.to_owned(), "http://app.example/bye?x=1".to_owned()],
        initiate_login_uri: "http://app.example/login".to_owned(),
        organization_usage: usage,
        organization_require_behavior: behavior,
        ..Client::default()
    };
    Config {
        issuer: issuer.parse().unwrap(),
        other_issuers: Vec::new(),
        database_url: database_url.to_owned(),
        migration_database_url: None,
        durability: Durability::default(),
        clients: vec![
            client("web", Some(SECRET), Usage::Allow, Behavior::PostLoginPrompt),
            client("spa", None, Usage::Allow, Behavior::NoPrompt),
            client("denies", Some(SECRET), Usage::Deny, Behavior::NoPrompt),
            client("requires", Some(SECRET), Usage::Require, Behavior::NoPrompt),
            client("asks-first", Some(SECRET), Usage::Require, Behavior::PreLoginPrompt),
            client("asks-after", Some(SECRET), Usage::Require, Behavior::PostLoginPrompt),
            Client {
                client_id: "m2m".to_owned(),
                name: "Administration".to_owned(),
                app_type: AppType::NonInteractive,
                secret: Some(SECRET.to_owned()),
                grant_types: vec!["client_credentials".to_owned()],
                grants: vec![ClientGrant {
                    audience: format!("{issuer}api/v2/"),
                    scope: management_scopes(),
                    organization_usage: Usage::Deny,
                    allow_any_organization: false,
                }],
                ..Client::default()
            },
        ],
        apis: vec![Api {
            identifier: AUDIENCE.to_owned(),
            name: "Tessera API".to_owned(),
            permissions: Permission::ALL.iter().map(ToString::to_string).collect(),
            token_lifetime: 3_600,
            is_system: false,
        }],
        roles: tessera::testing::serve::provider_roles(),
        mode: tessera::testing::serve::demo(),
        allow_organization_names: false,
        management_calls_per_minute: 100_000,
        smtp: None,
        outbound_allow: "127.0.0.1".parse().unwrap(),
        trusted_proxies: TrustedProxies::default(),
        sealer: sealer("the secret of the tests"),
        previous_sealer: None,
        password_cost: PasswordCost::Minimal,
        clock: Clock::manual(DateTime::from_timestamp(1_788_000_000, 0).unwrap()),
        random: Random::system(),
    }
}

/// Returns all scopes in Auth0's interface, and those of the operations on connections that Auth0's file does not
/// contain.
fn management_scopes() -> Vec<String> {
    let interface: Value = serde_json::from_str(include_str!("../data/auth0-management.json")).unwrap();
    let mut scopes = BTreeSet::from(["create:connections".to_owned(), "update:connections".to_owned()]);
    for operation in
        interface["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values())
    {
        for way in operation["security"].as_array().into_iter().flatten() {
            let named = way["oAuth2ClientCredentials"].as_array().into_iter().flatten();
            scopes.extend(named.map(|scope| scope.as_str().unwrap().to_owned()));
        }
    }
    scopes.into_iter().collect()
}

/// Opens a sealed text of the provider's database.
pub fn open(context: &str, sealed: String) -> String {
    sealer("the secret of the tests").open_text(context, &SealedText::from_unsealed(sealed)).unwrap()
}
