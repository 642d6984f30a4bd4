//! Rotation of signing keys, in one process and in two.

use chrono::TimeDelta;
use reqwest::StatusCode;
use serde_json::Value;
use tessera::testing::idp::Error;

use crate::support::{ABC, Provider};

/// Returns the ids of the published keys, the current key first.
async fn published(provider: &Provider) -> Vec<String> {
    let address = format!("{}.well-known/jwks.json", provider.issuer);
    let keys: Value = reqwest::get(address).await.unwrap().json().await.unwrap();
    keys["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

fn kid(token: &Value) -> String {
    jsonwebtoken::decode_header(token.as_str().unwrap()).unwrap().kid.unwrap()
}

#[tokio::test]
async fn a_key_is_published_before_it_signs_and_after() {
    let provider = Provider::start().await;
    let before = published(&provider).await;
    let old = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    assert_eq!(kid(&old["access_token"]), before[0]);

    let current = provider.idp.rotate_keys().await.unwrap();
    assert_eq!(current, before[1], "the key that was announced signs");
    let after = published(&provider).await;
    assert_eq!((after.len(), &after[0]), (3, &current));
    assert!(after.contains(&before[0]), "tokens of the old key can still be checked");
    assert_eq!(provider.userinfo(old["access_token"].as_str().unwrap()).await.status(), StatusCode::OK);

    let new: Value = provider.refresh(old["refresh_token"].as_str().unwrap()).await.json().await.unwrap();
    for token in ["access_token", "id_token"] {
        assert_eq!(kid(&new[token]), current);
    }
}

#[tokio::test]
async fn a_revoked_key_is_no_longer_accepted() {
    let provider = Provider::start().await;
    let before = published(&provider).await;
    let old = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    for needed in [before[0].as_str(), before[1].as_str(), "nonsense"] {
        let refused = provider.idp.revoke_key(needed).await;
        assert!(matches!(refused, Err(Error::NotAPreviousKey(kid)) if kid == needed));
    }
    provider.idp.rotate_keys().await.unwrap();
    provider.idp.revoke_key(&before[0]).await.unwrap();
    assert!(!published(&provider).await.contains(&before[0]));
    assert_eq!(provider.userinfo(old["access_token"].as_str().unwrap()).await.status(), StatusCode::UNAUTHORIZED);
    let hint = old["id_token"].as_str().unwrap();
    let logout = provider.browser().get(&format!("oidc/logout?id_token_hint={hint}")).await;
    assert_eq!(logout.status(), StatusCode::BAD_REQUEST);
    assert!(matches!(provider.idp.revoke_key(&before[0]).await, Err(Error::NotAPreviousKey(_))), "once");
    let refreshed = provider.refresh(old["refresh_token"].as_str().unwrap()).await;
    assert_eq!(refreshed.status(), StatusCode::OK, "a refresh token is not signed");
}

#[tokio::test]
async fn a_rotation_by_another_process_is_noticed_within_seconds() {
    let provider = Provider::start().await;
    let other = provider.reopen().await;
    let before = published(&provider).await;
    let current = other.rotate_keys().await.unwrap();
    assert_eq!(published(&provider).await, before, "keys are not reloaded at every request");
    provider.advance(TimeDelta::seconds(3));
    let after = published(&provider).await;
    assert_eq!((after.len(), &after[0]), (3, &current));
    let tokens = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    assert_eq!(kid(&tokens["id_token"]), current);
}

#[tokio::test]
async fn an_unknown_key_id_reloads_the_keys_at_once() {
    let provider = Provider::start().await;
    let other = provider.reopen().await;
    // The keys are rotated twice, so that the current key is one that this process has not loaded. The other process
    // serves the same issuer.
    other.rotate_keys().await.unwrap();
    let current = other.rotate_keys().await.unwrap();
    assert!(!published(&provider).await.contains(&current));

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, other.router()).await });
    let code = provider.browser().code("joe@example.com", &[("organization", ABC)]).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "web"),
        ("client_secret", crate::support::SECRET),
        ("code", &code),
        ("redirect_uri", crate::support::CALLBACK),
        ("code_verifier", crate::support::VERIFIER),
    ];
    let request = reqwest::Client::new().post(format!("{address}oauth/token")).header("host", provider.host());
    let tokens = request.form(&form).send().await.unwrap();
    let tokens: Value = tokens.json().await.unwrap();
    assert_eq!(kid(&tokens["access_token"]), current);
    assert_eq!(provider.userinfo(tokens["access_token"].as_str().unwrap()).await.status(), StatusCode::OK);
    assert_eq!(published(&provider).await[0], current);
}

#[tokio::test]
async fn concurrent_rotations_leave_one_signing_key() {
    let provider = Provider::start().await;
    let other = provider.reopen().await;
    let (one, two) = tokio::join!(provider.idp.rotate_keys(), other.rotate_keys());
    let (one, two) = (one.unwrap(), two.unwrap());
    provider.advance(TimeDelta::seconds(3));
    let keys = published(&provider).await;
    assert!(keys[0] == one || keys[0] == two, "{one} or {two} signs, not {keys:?}");
    // Two keys were published at first. Each rotation adds one; if both processes rotate at the same time, only one may
    // succeed.
    assert!(keys.len() == 4 || (keys.len() == 3 && one == two), "{keys:?}");
    let tokens = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    assert_eq!(kid(&tokens["id_token"]), published(&provider).await[0]);
}
