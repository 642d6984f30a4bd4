//! The matrix: what every entry point of the provider, of its console and of its Management API answers to every kind
//! of caller. The tables are `tests/data/access/provider.txt` and `management.txt`; docs/access.md shows them.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use reqwest::{Method, Response, header};
use serde_json::{Map, Value, json};

use crate::{
    management::support::{Api, segment},
    support::{ABC, AUDIENCE, Browser, JOE, Provider, SECRET, location},
    table::{Row, Table, cell, routes},
};

/// The callers of the pages and endpoints, and of the Management API. The last one advances the clock, so it comes last.
const CALLERS: [&str; 6] = ["anonymous", "person", "blocked", "administrator", "machine", "expired"];
const API_CALLERS: [&str; 6] = ["anonymous", "person", "administrator", "limited", "machine", "expired"];

/// The path of the Management API.
const API: &str = "/api/v2/";

/// Endpoints without a session, and those that applications send browsers to from their own pages.
const CALLED_BY_APPLICATIONS: [&str; 7] = [
    "/authorize",
    "/oauth/token",
    "/oauth/revoke",
    "/userinfo",
    "/oidc/logout",
    "/dbconnections/signup",
    "/dbconnections/change_password",
];

const BETA: &str = "org_BetaLlc000000001";
const BOB: &str = "auth0|d00000000000000000000002";

/// A caller with the cookies and the access token that they have.
struct Caller {
    browser: Browser,
    token: Option<String>,
}

async fn caller(provider: &Provider, name: &str) -> Caller {
    let browser = provider.browser();
    let token = match name {
        "anonymous" => None,
        "person" => {
            browser.code("joe@example.com", &[("organization", ABC)]).await;
            Some(person_token(provider, "joe@example.com", ABC).await)
        }
        "blocked" => {
            let bob = format!("/users/{}", segment(BOB));
            let api = Api::of(provider).await;
            api.patch(&bob, json!({ "blocked": false })).await.ok(200);
            browser.code("bob@beta.example", &[("organization", BETA)]).await;
            let token = person_token(provider, "bob@beta.example", BETA).await;
            api.patch(&bob, json!({ "blocked": true })).await.ok(200);
            Some(token)
        }
        "administrator" => {
            sign_in_to_console(provider, &browser).await;
            None
        }
        "machine" => Some(Api::of(provider).await.token),
        "limited" => Some(Api::with_scope(provider, "read:organization_client_grants").await.token),
        "expired" => {
            sign_in_to_console(provider, &browser).await;
            browser.code("joe@example.com", &[("organization", ABC)]).await;
            let token = Api::of(provider).await.token;
            provider.advance(TimeDelta::days(60));
            Some(token)
        }
        name => panic!("{name}"),
    };
    Caller { browser, token }
}

async fn person_token(provider: &Provider, email: &str, organization: &str) -> String {
    let tokens = provider.sign_in(email, &[("organization", organization)]).await;
    tokens["access_token"].as_str().unwrap().to_owned()
}

async fn sign_in_to_console(provider: &Provider, browser: &Browser) {
    let new = provider.idp.reset_administrator().await.unwrap();
    let response = browser.post("console/sign-in", &[("name", new.name), ("password", &new.password)]).await;
    assert_eq!(location(&response), "/console/organizations");
}

/// Returns the id of an object for the caller's request, which is created if it takes one.
async fn id(provider: &Provider, caller: &Caller, kind: &str, number: usize) -> String {
    let api = Api::of(provider).await;
    let text = async |path: &str, body: Value, name: &str| {
        let answer = api.post(path, body).await;
        answer.body[name].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned()
    };
    match kind {
        "fresh" => number.to_string(),
        "secret" => SECRET.to_owned(),
        "audience" => AUDIENCE.to_owned(),
        "management" => format!("{}api/v2/", provider.issuer),
        "person" => JOE.to_owned(),
        // A login that has begun in this browser, at the page that it leads to.
        "login" => state(&caller.browser, &[("prompt", "login")]).await,
        "signup" => state(&caller.browser, &[("screen_hint", "signup"), ("prompt", "login")]).await,
        "account" => state(&caller.browser, &[("organization", ABC), ("prompt", "select_account")]).await,
        "choice" => state(&caller.browser, &[]).await,
        "named" => state(&caller.browser, &[("client_id", "asks-first")]).await,
        "mail" | "reset" => {
            // A mail to one address can be requested once a minute.
            provider.advance(TimeDelta::minutes(1));
            let login = state(&provider.browser(), &[]).await;
            let form = [("state", login.as_str()), ("email", "nina@example.com")];
            provider.browser().post("u/reset-password/request", &form).await;
            let mail = provider.mail_to("nina@example.com").await;
            if kind == "mail" { mail.path.replace("mailbox/", "") } else { mail.ticket("/u/reset-password") }
        }
        "key" => {
            let address = format!("{}.well-known/jwks.json", provider.issuer);
            let keys: Value = reqwest::get(address).await.unwrap().json().await.unwrap();
            keys["keys"].as_array().unwrap().last().unwrap()["kid"].as_str().unwrap().to_owned()
        }
        "database" => {
            let found = api.get("/connections?strategy=auth0").await.ok(200);
            found[0]["id"].as_str().unwrap().to_owned()
        }
        "role" => text("/roles", json!({ "name": format!("Role {number}") }), "id").await,
        "organization" => text("/organizations", json!({ "name": format!("org-{number}") }), "id").await,
        "user" => {
            let email = format!("user{number}@x.example");
            let connection = "Username-Password-Authentication";
            let body = json!({ "connection": connection, "email": email, "password": "a long password" });
            text("/users", body, "user_id").await
        }
        "api" => text("/resource-servers", json!({ "identifier": format!("urn:x:{number}") }), "id").await,
        "connection" => {
            let options = json!({ "issuer": "https://corp.example", "client_id": "us", "client_secret": "s" });
            text(
                "/connections",
                json!({ "name": format!("corp-{number}"), "strategy": "oidc", "options": options }),
                "id",
            )
            .await
        }
        "grant" => {
            let identifier = format!("urn:x:{number}");
            api.post("/resource-servers", json!({ "identifier": identifier })).await.ok(201);
            let body = json!({
                "client_id": "m2m", "audience": identifier, "scope": [], "organization_usage": "allow",
            });
            text("/client-grants", body, "id").await
        }
        "invitation" => {
            let body = json!({
                "inviter": { "name": "Ada" }, "invitee": { "email": format!("guest{number}@x.example") },
                "client_id": "web", "send_invitation_email": false,
            });
            text(&format!("/organizations/{ABC}/invitations"), body, "id").await
        }
        "domain" => {
            let body = json!({ "domain": format!("domain{number}.example") });
            text(&format!("/organizations/{ABC}/discovery-domains"), body, "id").await
        }
        kind => panic!("no object of the kind {kind}"),
    }
}

/// Begins a login; returns its state, or an empty text if it has ended at once.
async fn state(browser: &Browser, extra: &[(&str, &str)]) -> String {
    let response = browser.authorize(extra).await;
    let (page, query) = location(&response).split_once('?').unwrap();
    let state = if page.starts_with("/u/") { query.strip_prefix("state=").unwrap_or_default() } else { "" };
    state.to_owned()
}

/// Sends the request of a row. `headers` say which page it comes from.
async fn send(caller: &Caller, row: &Row, ids: &[String], headers: &[(&str, &str)]) -> Response {
    let encoded: Vec<_> =
        ids.iter().map(|id| if row.path.starts_with(API) { segment(id) } else { id.clone() }).collect();
    let (path, _) = row.request(&encoded);
    let (_, parameters) = row.request(ids);
    let method: Method = row.method.parse().unwrap();
    let request = caller.browser.request(method, &path);
    let mut request = if row.is_safe() {
        request.query(&parameters)
    } else if !row.path.starts_with(API) {
        request.form(&parameters)
    } else if parameters.is_empty() {
        request
    } else {
        request.json(&json_of(&parameters))
    };
    if let Some(token) = &caller.token {
        request = request.bearer_auth(token);
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

/// Builds the JSON object with these members; `a[0][b]` is the member `b` of the first item of `a`.
fn json_of(parameters: &[(String, String)]) -> Value {
    let mut object = Value::Object(Map::new());
    for (name, value) in parameters {
        let mut place = &mut object;
        for part in name.split(['[', ']']).filter(|part| !part.is_empty()) {
            place = if let Ok(index) = part.parse::<usize>() {
                if place.is_null() {
                    *place = json!([]);
                }
                let items = place.as_array_mut().unwrap();
                if items.len() == index {
                    items.push(Value::Null);
                }
                &mut items[index]
            } else {
                if place.is_null() {
                    *place = json!({});
                }
                place.as_object_mut().unwrap().entry(part).or_insert(Value::Null)
            };
        }
        *place = match value.as_str() {
            "true" | "false" => (value == "true").into(),
            "[]" => json!([]),
            value => value.into(),
        };
    }
    object
}

/// Makes the request of each row as each caller; returns the cells, and what is wrong with headers and cookies.
async fn observe(table: &Table) -> (Vec<Vec<String>>, BTreeSet<String>) {
    let mut observed: Vec<Vec<String>> = table.rows().map(|_| Vec::new()).collect();
    let (mut problems, mut number) = (BTreeSet::new(), 0);
    for name in &table.callers {
        // A provider of their own, because some rows end what others need.
        let provider = Provider::start().await;
        let mut who = caller(&provider, name).await;
        for (row, observed) in table.rows().zip(&mut observed) {
            let mut ids = Vec::new();
            for kind in row.id_positions() {
                number += 1;
                ids.push(id(&provider, &who, &kind, number).await);
            }
            let response = send(&who, row, &ids, &[]).await;
            observed.push(cell(response.status().as_u16(), response.headers()));
            problems.extend(unsafe_headers(row, &response));
            // A request may have signed the caller in or out.
            if !row.path.starts_with(API) {
                who = caller(&provider, name).await;
            }
        }
    }
    (observed, problems)
}

/// Lists what is wrong with the security headers, the cookies and the caching of an answer.
fn unsafe_headers(row: &Row, response: &Response) -> Vec<String> {
    let mut problems = Vec::new();
    let value = |name: &str| response.headers().get(name).map_or("", |value| value.to_str().unwrap());
    let mut expect = |name: &str, beginning: &str| {
        if !value(name).starts_with(beginning) {
            problems.push(format!("{}: {name}: {}", row.entry_point(), value(name)));
        }
    };
    expect("x-content-type-options", "nosniff");
    expect("referrer-policy", "same-origin");
    // Keys, metadata and the style sheet are public.
    if !row.path.starts_with("/.well-known/") && !row.path.starts_with("/assets/") {
        expect("cache-control", "no-store");
    }
    if value("content-type").starts_with("text/html") {
        expect("content-security-policy", "default-src 'none'");
        if ["base-uri 'none'", "frame-ancestors 'none'"]
            .iter()
            .any(|part| !value("content-security-policy").contains(part))
        {
            problems.push(format!("{}: {}", row.entry_point(), value("content-security-policy")));
        }
    }
    for cookie in response.headers().get_all(header::SET_COOKIE) {
        let cookie = cookie.to_str().unwrap();
        if !["HttpOnly", "SameSite="].iter().all(|attribute| cookie.contains(attribute)) {
            problems.push(format!("{}: {}", row.entry_point(), cookie.split('=').next().unwrap_or_default()));
        }
    }
    problems
}

/// Lists the entry points of the running provider: those of the Management API, or all others.
async fn entry_points(is_api: bool) -> BTreeSet<String> {
    let provider = Provider::start().await;
    let all = routes(&provider.idp.router());
    all.into_iter().filter(|entry| entry.contains(&format!(" {API}")) == is_api).collect()
}

#[tokio::test]
async fn every_entry_point_has_a_row() {
    for (name, callers, is_api) in [("provider", CALLERS, false), ("management", API_CALLERS, true)] {
        let table = Table::read(name);
        assert_eq!(table.callers, callers);
        table.assert_complete(&entry_points(is_api).await);
        table.assert_controls();
    }
}

#[tokio::test]
async fn every_caller_gets_what_the_table_of_pages_says() {
    let table = Table::read("provider");
    let (observed, problems) = observe(&table).await;
    table.assert_observed(observed);
    assert!(problems.is_empty(), "{problems:#?}");
}

#[tokio::test]
async fn every_caller_gets_what_the_table_of_the_management_api_says() {
    let table = Table::read("management");
    let (observed, problems) = observe(&table).await;
    table.assert_observed(observed);
    assert!(problems.is_empty(), "{problems:#?}");
}

#[tokio::test]
async fn another_site_submits_no_form() {
    const FOREIGN: [&[(&str, &str)]; 4] = [
        &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
        &[("sec-fetch-site", "same-site"), ("origin", "http://app.127.0.0.1")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
    ];
    let provider = Provider::start().await;
    let table = Table::read("provider");
    let administrator = caller(&provider, "administrator").await;
    let (mut tried, mut wrong) = (0, Vec::new());
    for row in table.rows().filter(|row| row.method == "POST") {
        if CALLED_BY_APPLICATIONS.contains(&row.path.as_str()) {
            continue;
        }
        // The refusal comes first, so the ids need not exist.
        let ids: Vec<_> = row.id_positions().iter().map(|_| "any".to_owned()).collect();
        for headers in FOREIGN {
            tried += 1;
            let response = send(&administrator, row, &ids, headers).await;
            if response.status() != 403 {
                wrong.push(format!("{} from {headers:?}: {}", row.example(), response.status()));
            }
        }
        // The same form from a page of the provider.
        let own = provider.issuer.trim_end_matches('/');
        let response = send(&administrator, row, &ids, &[("sec-fetch-site", "same-origin"), ("origin", own)]).await;
        if response.status() == 403 {
            wrong.push(format!("{} from the provider: {}", row.example(), response.status()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(tried > 4 * 15, "only {tried} requests");
}
