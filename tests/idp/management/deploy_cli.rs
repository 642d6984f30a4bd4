//! Requests as the Auth0 deploy CLI and its SDK send them. To the CLI, a 404 means that the tenant has no organizations.

use reqwest::Method;
use serde_json::{Value, json};

use super::support::{Api, segment};
use crate::support::{ABC, AUDIENCE, JOE, Provider};

/// Sends a request whose answer the published schemas do not describe.
async fn call(api: &Api, method: Method, path: &str, body: Value) -> (u16, Value) {
    let request = api.request(method, path);
    let request = if body.is_null() { request } else { request.json(&body) };
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
}

#[tokio::test]
async fn connections_of_an_organization_have_a_newer_address() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let path = format!("/organizations/{ABC}/connections");
    let known = api.get(&format!("/organizations/{ABC}/enabled_connections")).await.ok(200);
    let total = json!(known.as_array().unwrap().len());
    let (status, page) =
        call(&api, Method::GET, &format!("{path}?page=0&per_page=50&include_totals=true"), Value::Null).await;
    assert_eq!((status, &page["start"], &page["limit"], &page["total"]), (200, &json!(0), &json!(50), &total));
    let connection = &page["connections"][0];
    assert_eq!((&connection["connection_id"], &connection["is_enabled"]), (&known[0]["connection_id"], &json!(true)));
    assert_eq!(connection["connection"], known[0]["connection"]);
    let (_, disabled) = call(&api, Method::GET, &format!("{path}?is_enabled=false"), Value::Null).await;
    assert_eq!(disabled, json!([]));
    let one = format!("{path}/{}", known[0]["connection_id"].as_str().unwrap());
    let body = json!({"show_as_button": false});
    let (status, changed) = call(&api, Method::PATCH, &one, body).await;
    assert_eq!((status, &changed["show_as_button"]), (200, &json!(false)));
    assert_eq!(call(&api, Method::DELETE, &one, Value::Null).await.0, 204);
    assert_eq!(call(&api, Method::GET, &one, Value::Null).await.0, 404);
    let body = json!({"connection_id": known[0]["connection_id"]});
    assert_eq!(call(&api, Method::POST, &path, body).await.0, 201);
}

#[tokio::test]
async fn roles_are_listed_by_type_and_by_checkpoint() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let all = api.get("/roles").await.ok(200);
    let (status, page) =
        call(&api, Method::GET, "/roles?per_page=100&page=0&include_totals=true&type=tenant", Value::Null).await;
    assert_eq!((status, &page["roles"]), (200, &all));
    let (status, page) = call(&api, Method::GET, "/roles?include_totals=true&type=organization", Value::Null).await;
    assert_eq!((status, &page["roles"], &page["total"]), (200, &json!([]), &json!(0)));
    assert_eq!(call(&api, Method::GET, "/roles?type=other", Value::Null).await.0, 400);
    let (mut passed, mut from) = (Vec::new(), String::new());
    loop {
        let (_, part) = call(&api, Method::GET, &format!("/roles?take=2{from}"), Value::Null).await;
        passed.extend(part["roles"].as_array().unwrap().clone());
        let Some(next) = part["next"].as_str() else { break };
        from = format!("&from={next}");
    }
    assert_eq!(Value::from(passed), all);
}

#[tokio::test]
async fn what_an_api_shows_can_be_sent_back() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let secret = "a secret of sixteen and more";
    for body in [
        json!({"identifier": "urn:one", "name": "One", "token_lifetime": 7200, "token_lifetime_for_web": 3600}),
        json!({"identifier": "urn:two", "name": "Two", "signing_alg": "HS256", "signing_secret": secret}),
        json!({"identifier": "urn:three", "name": "Three", "signing_alg": "HS256"}),
    ] {
        let (status, made) = call(&api, Method::POST, "/resource-servers", body.clone()).await;
        assert_eq!(status, 201, "{made}");
        for (name, value) in body.as_object().unwrap() {
            assert_eq!(made[name], *value, "{name}");
        }
        let path = format!("/resource-servers/{}", made["id"].as_str().unwrap());
        let (_, shown) = call(&api, Method::GET, &path, Value::Null).await;
        assert_eq!(shown, made);
        // The CLI leaves out what cannot be changed.
        let mut update = shown.clone();
        for name in ["id", "identifier", "is_system"] {
            update.as_object_mut().unwrap().remove(name);
        }
        assert_eq!(call(&api, Method::PATCH, &path, update).await, (200, shown));
    }
}

#[tokio::test]
async fn a_shared_secret_signs_the_tokens_of_its_api_only() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let path = format!("/resource-servers/{}", segment(AUDIENCE));
    let secret = "a secret of sixteen and more";
    let body = json!({"signing_alg": "HS256", "signing_secret": secret});
    assert_eq!(call(&api, Method::PATCH, &path, body).await.0, 200);
    let tokens = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    let access_token = tokens["access_token"].as_str().unwrap();
    let (message, signature) = access_token.rsplit_once('.').unwrap();
    let signature = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, signature).unwrap();
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes());
    ring::hmac::verify(&key, message.as_bytes(), &signature).unwrap();
    // The ID token stays signed by the provider's key, and userinfo knows the token.
    assert_eq!(provider.claims(tokens["id_token"].as_str().unwrap()).await["sub"], JOE);
    assert_eq!(provider.userinfo(access_token).await.status(), 200);
    // The secret is sealed in the database, and another session secret seals it anew.
    let stored = provider.text("SELECT signing_secret FROM apis WHERE signing_secret IS NOT NULL").await;
    assert!(!stored.contains(secret));
    let (_, back) = call(&api, Method::PATCH, &path, json!({"signing_alg": "RS256"})).await;
    assert!(back["signing_secret"].is_null());
    let tokens = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    provider.claims(tokens["access_token"].as_str().unwrap()).await;
}

#[tokio::test]
async fn the_last_page_of_members_has_a_checkpoint_and_an_empty_page_follows() {
    let provider = Provider::start().await;
    let api = Api::of(&provider).await;
    let path = format!("/organizations/{ABC}/members?take=100");
    let page = api.get(&path).await.ok(200);
    assert!(!page["members"].as_array().unwrap().is_empty());
    let next = page["next"].as_str().unwrap();
    assert_eq!(api.get(&format!("{path}&from={next}")).await.ok(200), json!({"members": []}));
}
