//! `/.well-known`, and the data that a restart leaves unchanged.

use serde_json::{Value, json};

use crate::{
    snapshot::redacted,
    support::{ABC, Provider, assert_refused},
};

#[tokio::test]
async fn discovery_names_endpoints_that_answer() {
    let provider = Provider::start().await;
    let address = format!("{}.well-known/openid-configuration", provider.issuer);
    let document: Value = reqwest::get(address).await.unwrap().json().await.unwrap();
    assert_eq!(document["issuer"], provider.issuer);
    assert_eq!(document["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(document["id_token_signing_alg_values_supported"], json!(["RS256"]));
    for (name, endpoint) in document.as_object().unwrap() {
        if name.ends_with("_endpoint") || name == "jwks_uri" {
            let response = reqwest::get(endpoint.as_str().unwrap()).await.unwrap();
            assert_ne!(response.status(), 404, "{name}");
        }
    }
}

#[tokio::test]
async fn the_key_set_lists_public_rsa_keys_signing_key_first() {
    let provider = Provider::start().await;
    let keys: Value =
        reqwest::get(format!("{}.well-known/jwks.json", provider.issuer)).await.unwrap().json().await.unwrap();
    assert_eq!(keys["keys"].as_array().unwrap().len(), 2, "the present key and the next one");
    for key in keys["keys"].as_array().unwrap() {
        let names: Vec<_> = key.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ["alg", "e", "kid", "kty", "n", "use"]);
        assert_eq!(key["n"].as_str().unwrap().len(), 342, "2048 bits in base64url");
    }
}

#[tokio::test]
async fn a_restart_keeps_manual_changes() {
    let provider = Provider::start().await;
    provider.sql("DELETE FROM members WHERE user_id LIKE '%5'").await;
    provider.sql("UPDATE users SET name = 'Joe Changed' WHERE id LIKE '%5'").await;
    provider.sql("DELETE FROM role_permissions WHERE name = 'read:tasks'").await;
    provider.reopen().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[("organization", ABC)]).await;
    let response = browser.log_in(&state, "joe@example.com").await;
    let description = format!("user {} is not part of the {ABC} organization", crate::support::JOE);
    assert_refused(&response, "access_denied", &description);

    let tokens = provider.sign_in("carol@example.com", &[("organization", ABC)]).await;
    let access = provider.claims(tokens["access_token"].as_str().unwrap()).await;
    assert!(!access["permissions"].as_array().unwrap().contains(&json!("read:tasks")));
}

#[tokio::test]
async fn the_discovery_document_is_as_its_snapshot() {
    let provider = Provider::start().await;
    let address = format!("{}.well-known/openid-configuration", provider.issuer);
    let document: Value = reqwest::get(address).await.unwrap().json().await.unwrap();
    let _redacted = redacted();
    insta::assert_json_snapshot!("openid_configuration", document);
}
