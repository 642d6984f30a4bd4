//! `/userinfo`: the claims of the signed-in user.

use chrono::TimeDelta;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{ABC, JOE, Provider};

#[tokio::test]
async fn the_scope_selects_the_claims() {
    let provider = Provider::start().await;
    for audience in [crate::support::AUDIENCE, ""] {
        let extra = [("organization", ABC), ("scope", "openid email"), ("audience", audience)];
        let tokens = provider.sign_in("joe@example.com", &extra).await;
        let claims: Value = provider.userinfo(tokens["access_token"].as_str().unwrap()).await.json().await.unwrap();
        assert_eq!(claims, json!({"sub": JOE, "email": "joe@example.com", "email_verified": true}));
    }
}

#[tokio::test]
async fn post_is_accepted() {
    let provider = Provider::start().await;
    let tokens = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    let request = reqwest::Client::new().post(format!("{}userinfo", provider.issuer));
    let response = request.bearer_auth(tokens["access_token"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(response.json::<Value>().await.unwrap()["name"], "Joe Jensen");
}

#[tokio::test]
async fn an_access_token_with_openid_is_required() {
    let provider = Provider::start().await;
    let tokens = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    let without = provider.sign_in("joe@example.com", &[("organization", ABC), ("scope", "read:tasks")]).await;
    for token in [&tokens["id_token"], &tokens["refresh_token"], &without["access_token"], &json!("x")] {
        let response = provider.userinfo(token.as_str().unwrap()).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(response.headers()["www-authenticate"], "Bearer error=\"invalid_token\"");
    }
    let response = reqwest::get(format!("{}userinfo", provider.issuer)).await.unwrap();
    assert_eq!(
        (response.status(), &response.headers()["www-authenticate"]),
        (StatusCode::UNAUTHORIZED, &"Bearer".parse().unwrap())
    );
}

#[tokio::test]
async fn a_token_expires_after_an_hour() {
    let provider = Provider::start().await;
    let of_the_api = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    let opaque = provider.sign_in("joe@example.com", &[("audience", ""), ("organization", ABC)]).await;
    let userinfo = async |tokens: &Value| provider.userinfo(tokens["access_token"].as_str().unwrap()).await.status();
    provider.advance(TimeDelta::hours(1) - TimeDelta::seconds(1));
    for tokens in [&of_the_api, &opaque] {
        assert_eq!(userinfo(tokens).await, StatusCode::OK);
    }
    provider.advance(TimeDelta::seconds(1));
    for tokens in [&of_the_api, &opaque] {
        assert_eq!(userinfo(tokens).await, StatusCode::UNAUTHORIZED);
    }
}
