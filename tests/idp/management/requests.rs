//! Authentication, rate limits and validation, which all operations share.

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::support::{Api, no_organization, no_user};
use crate::{
    snapshot::redacted,
    support::{ABC, ACME, AUDIENCE, JOE, Provider, SECRET},
};

#[tokio::test]
async fn a_call_needs_a_token() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let client = reqwest::Client::new();
    let address = format!("{}api/v2/organizations", provider.issuer);
    api.answer(client.get(&address)).await.refused(401, "Missing authentication", "");
    for header in ["Bearer", "Basic abc", "nonsense"] {
        let request = client.get(&address).header("authorization", header);
        api.answer(request).await.refused(401, "Bad HTTP authentication header format", "");
    }
    for token in ["nonsense", "a.b.c", &api.token[..api.token.len() - 4], &format!("{}AAAA", api.token)] {
        Api::with_token(&provider, token).get("/organizations").await.refused(401, "Invalid token", "");
    }
}

#[tokio::test]
async fn a_token_for_another_audience_is_refused() {
    let provider = Provider::start().await;
    let tokens = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    let api = Api::with_token(&provider, tokens["access_token"].as_str().unwrap());
    let message = format!("Bad audience: [\"{AUDIENCE}\",\"{}userinfo\"]", provider.issuer);
    api.get("/organizations").await.refused(401, &message, "");
    let api = Api::with_token(&provider, tokens["id_token"].as_str().unwrap());
    api.get("/organizations").await.refused(401, "Bad audience: \"web\"", "");
}

#[tokio::test]
async fn a_token_expires() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    provider.advance(chrono::TimeDelta::seconds(3_599));
    api.get("/organizations").await.ok(200);
    provider.advance(chrono::TimeDelta::seconds(1));
    let message = "Expired token received for JSON Web Token validation";
    api.get("/organizations").await.refused(401, message, "");
}

#[tokio::test]
async fn each_operation_has_its_scope() {
    let provider = Provider::start().await;
    let api = Api::with_scope(&provider, "read:users").await;
    let one = format!("/organizations/{ABC}");
    let domain = format!("{one}/discovery-domains/ord_0000000000000000000000");
    let connection = format!("{one}/enabled_connections/con_0000000000000000");
    let roles = format!("{one}/members/x/roles");
    for (method, path, scopes) in [
        (Method::GET, "/organizations", "read:organizations,read:organizations_summary"),
        (Method::POST, "/organizations", "create:organizations,create:organization_connections"),
        (Method::GET, "/organizations/name/acme", "read:organizations"),
        (Method::GET, &one, "read:organizations,read:organizations_summary"),
        (Method::PATCH, &one, "update:organizations"),
        (Method::DELETE, &one, "delete:organizations"),
        (Method::GET, &format!("{one}/members"), "read:organization_members"),
        (Method::POST, &format!("{one}/members"), "create:organization_members"),
        (Method::DELETE, &format!("{one}/members"), "delete:organization_members"),
        (Method::GET, &roles, "read:organization_member_roles"),
        (Method::POST, &roles, "create:organization_member_roles"),
        (Method::DELETE, &roles, "delete:organization_member_roles"),
        (Method::GET, &format!("{one}/invitations"), "read:organization_invitations"),
        (Method::POST, &format!("{one}/invitations"), "create:organization_invitations"),
        (Method::GET, &format!("{one}/invitations/x"), "read:organization_invitations"),
        (Method::DELETE, &format!("{one}/invitations/x"), "delete:organization_invitations"),
        (Method::GET, &format!("{one}/enabled_connections"), "read:organization_connections"),
        (Method::POST, &format!("{one}/enabled_connections"), "create:organization_connections"),
        (Method::GET, &connection, "read:organization_connections"),
        (Method::PATCH, &connection, "update:organization_connections"),
        (Method::DELETE, &connection, "delete:organization_connections"),
        (Method::GET, &format!("{one}/discovery-domains"), "read:organization_discovery_domains"),
        (Method::POST, &format!("{one}/discovery-domains"), "create:organization_discovery_domains"),
        (Method::GET, &format!("{one}/discovery-domains/name/a.example"), "read:organization_discovery_domains"),
        (Method::GET, &domain, "read:organization_discovery_domains"),
        (Method::PATCH, &domain, "update:organization_discovery_domains"),
        (Method::DELETE, &domain, "delete:organization_discovery_domains"),
        (Method::GET, &format!("{one}/client-grants"), "read:organization_client_grants"),
        (Method::POST, &format!("{one}/client-grants"), "create:organization_client_grants"),
        (Method::DELETE, &format!("{one}/client-grants/x"), "delete:organization_client_grants"),
    ] {
        let message = format!("Insufficient scope, expected any of: {scopes}");
        api.call(method, path, Value::Null).await.refused(403, &message, "insufficient_scope");
    }
}

#[tokio::test]
async fn calls_are_rate_limited() {
    let provider = Provider::start_with(|config| config.management_calls_per_minute = 3).await;
    let api = Api::of(&provider).await;
    let limits = |answer: &super::support::Answer| {
        ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"]
            .map(|name| answer.headers[name].to_str().unwrap().to_owned())
    };
    for left in ["2", "1", "0"] {
        // A refused call counts as well.
        let answer = api.get(if left == "1" { "/organizations?page=-1" } else { "/organizations" }).await;
        assert_eq!(limits(&answer), ["3", left, "1788000060"]);
        assert!(!answer.headers.contains_key("retry-after"));
        assert_eq!(answer.status, if left == "1" { 400 } else { 200 });
    }
    provider.advance(chrono::TimeDelta::seconds(20));
    let answer = api.get("/organizations").await;
    assert_eq!(limits(&answer), ["3", "0", "1788000060"]);
    assert_eq!(answer.headers["retry-after"], "40");
    answer.refused(429, "Global limit has been reached", "too_many_requests");
    provider.advance(chrono::TimeDelta::seconds(39));
    api.get("/organizations").await.refused(429, "Global limit has been reached", "too_many_requests");
    provider.advance(chrono::TimeDelta::seconds(1));
    api.get("/organizations").await.ok(200);
}

#[tokio::test]
async fn paging_parameters_are_bounded() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    for (query, message) in [
        ("page=-1", "'Value -1 is less than minimum 0' on property page."),
        ("page=1001", "'Value 1001 is greater than maximum 1000' on property page."),
        ("page=99999999999999999999", "'Expected type integer but found type string' on property page."),
        ("page=one", "'Expected type integer but found type string' on property page."),
        ("page=0&page=1", "'Expected type string but found type array' on property page."),
        ("per_page=0", "'Value 0 is less than minimum 1' on property per_page."),
        ("per_page=101", "'Value 101 is greater than maximum 100' on property per_page."),
        ("take=0", "'Value 0 is less than minimum 1' on property take."),
        ("take=101", "'Value 101 is greater than maximum 100' on property take."),
        ("take=1&from=nonsense", "'Invalid checkpoint' on property from."),
        ("include_totals=1", "'Expected type boolean but found type string' on property include_totals."),
        ("colour=1", "'Additional properties not allowed: colour'."),
        ("from=%00", "'String contains a NUL character' on property from."),
    ] {
        let message = format!("Query validation error: {message}");
        api.get(&format!("/organizations?{query}")).await.refused(400, &message, "invalid_query_string");
    }
    api.get("/organizations?page=9&per_page=100").await.ok(200);
    let message = "Requesting page exceeds the allowed maximum of 1000 records.";
    for path in ["/organizations".to_owned(), format!("/organizations/{ABC}/members")] {
        api.get(&format!("{path}?page=10&per_page=100")).await.refused(400, message, "invalid_paging");
    }
    // Lists without this limit return an empty page.
    let path = format!("/organizations/{ABC}/enabled_connections?page=9223372036854775807&per_page=100");
    assert_eq!(api.get(&path).await.ok(200), json!([]));
}

#[tokio::test]
async fn a_malformed_id_is_refused() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    for id in ["org_1", "abc-inc", "ORG_AbcInc0000000001", "org_AbcInc000000000%C3%A4"] {
        let shown = id.replace("%C3%A4", "ä");
        let message = format!(
            "Path validation error: 'Object didn't pass validation for format organization-id: {shown}' on property id."
        );
        api.get(&format!("/organizations/{id}")).await.refused(400, &message, "invalid_uri");
        api.get(&format!("/organizations/{id}/members")).await.refused(400, &message, "invalid_uri");
    }
    let message = "Path validation error: 'Path parameters must be UTF-8'.";
    api.get("/organizations/%ff").await.refused(400, message, "invalid_uri");
    let message = "Path validation error: 'String contains a NUL character' on property user_id.";
    let path = format!("/organizations/{ABC}/members/a%00b/roles");
    api.get(&path).await.refused(400, message, "invalid_uri");
}

#[tokio::test]
async fn a_body_must_be_json_of_limited_size() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let deep = "[".repeat(10_000);
    for body in ["", "{", "{\"name\": \"x\"", "name=x", "{\"name\": \"x\"} {}", "\u{feff}{}", &deep] {
        let answer = api.call_with_text(Method::POST, "/organizations", body.to_owned()).await;
        answer.refused(400, "Invalid request payload JSON format", "invalid_body");
    }
    let answer = api.call_with_text(Method::POST, "/organizations", b"{\"name\": \"\xff\"}".to_vec()).await;
    answer.refused(400, "Invalid request payload JSON format", "invalid_body");

    let large = format!("{{\"name\": \"{}\"}}", "x".repeat(1024 * 1024));
    for (method, path) in [
        (Method::POST, "/organizations".to_owned()),
        (Method::PATCH, format!("/organizations/{ABC}")),
        (Method::DELETE, format!("/organizations/{ABC}/members")),
    ] {
        let answer = api.call_with_text(method, &path, large.clone()).await;
        answer.refused(413, "Payload content length greater than maximum allowed", "");
    }
    api.get(&format!("/organizations/{ABC}")).await.ok(200);
}

#[tokio::test]
async fn a_missing_resource_is_not_found() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    for (method, path) in [
        (Method::GET, "/nothing".to_owned()),
        (Method::PUT, "/organizations".to_owned()),
        (Method::DELETE, "/organizations".to_owned()),
        (Method::GET, "/organizations/".to_owned()),
        (Method::PATCH, format!("/organizations/{ABC}/members")),
        (Method::GET, format!("/organizations/{ABC}/client-grants/cgr_0000000000000000")),
    ] {
        api.call(method, &path, Value::Null).await.refused(404, "Not Found", "");
    }
}

#[tokio::test]
async fn the_bar_in_a_user_id_may_be_encoded_or_not() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let expected = api.get(&format!("/organizations/{ABC}/members/{}/roles", JOE.replace('|', "%7C"))).await.ok(200);
    assert_eq!(expected[0]["name"], "member");
    for id in [JOE.to_owned(), JOE.replace('|', "%7c")] {
        // The request is sent without a client library, because a library may change the path.
        let path = format!("/api/v2/organizations/{ABC}/members/{id}/roles");
        assert_eq!(raw(&provider, &api, &path).await, expected);
    }
    no_user(api.get(&format!("/organizations/{ABC}/members/auth0%7Cnobody/roles")).await);
    no_user(api.get(&format!("/organizations/{ABC}/members/auth0%257Cnobody/roles")).await);
}

async fn raw(provider: &Provider, api: &Api, path: &str) -> Value {
    let host = provider.issuer.trim_start_matches("http://").trim_end_matches('/');
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\r\n",
        api.token
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    serde_json::from_str(text.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[tokio::test]
async fn a_token_of_another_issuer_is_refused() {
    let (provider, other) = (Provider::start().await, Provider::start().await);
    let api = Api::with_token(&provider, &Api::of(&other).await.token);
    api.get("/organizations").await.refused(401, "Invalid token", "");
}

#[tokio::test]
async fn a_client_without_a_grant_gets_no_token() {
    let provider = Provider::start().await;
    let audience = format!("{}api/v2/", provider.issuer);
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "web"),
        ("client_secret", SECRET),
        ("audience", &audience),
    ];
    assert_eq!(provider.post_form("oauth/token", &form).await.status(), 403);
}

#[tokio::test]
async fn an_organization_shows_nothing_of_another() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let domain =
        api.post(&format!("/organizations/{ABC}/discovery-domains"), json!({"domain": "abc.example"})).await.ok(201);
    let path = |organization: &str| {
        format!("/organizations/{organization}/discovery-domains/{}", domain["id"].as_str().unwrap())
    };
    let foreign = "No discovery domain found by that id or name";
    api.get(&path(ACME)).await.refused(404, foreign, "");
    api.patch(&path(ACME), json!({"status": "verified"})).await.refused(404, foreign, "");
    api.delete(&path(ACME), Value::Null).await.refused(404, foreign, "");
    no_organization(api.get(&path("org_0000000000000000")).await);
    assert_eq!(api.get(&path(ABC)).await.ok(200), domain);
}

#[tokio::test]
async fn answers_are_as_their_snapshots() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let invitation = json!({
        "client_id": "web", "inviter": { "name": "Carol" }, "invitee": { "email": "nina@example.com" },
    });
    let organization = format!("/organizations/{ABC}");
    let mut answers = Vec::new();
    for (method, path, body) in [
        (Method::GET, organization.clone(), Value::Null),
        (Method::GET, format!("{organization}/members?fields=user_id,name,roles&include_fields=true"), Value::Null),
        (Method::POST, format!("{organization}/invitations"), invitation),
        (Method::GET, "/organizations/name/nowhere".to_owned(), Value::Null),
        (Method::POST, "/organizations".to_owned(), json!({ "name": "Not a name" })),
        (Method::POST, "/organizations".to_owned(), json!({ "name": "acme" })),
    ] {
        let answer = api.call(method.clone(), &path, body).await;
        answers.push(json!({ "call": format!("{method} {path}"), "status": answer.status, "body": answer.body }));
    }
    let without_token = Api::with_token(&provider, "nonsense").get("/organizations").await;
    answers.push(json!({ "call": "GET /organizations", "status": without_token.status, "body": without_token.body }));
    let _redacted = redacted();
    insta::assert_json_snapshot!("management_answers", answers);
}
