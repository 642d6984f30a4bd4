//! `/oauth/revoke`: revoking refresh tokens.

use chrono::TimeDelta;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{ABC, Provider, SECRET, assert_token_error};

const BAD_REFRESH: &str = "Unknown or invalid refresh token.";

async fn revoke(provider: &Provider, token: &str) -> StatusCode {
    let form = [("client_id", "web"), ("client_secret", SECRET), ("token", token)];
    let response = provider.post_form("oauth/revoke", &form).await;
    let status = response.status();
    assert_eq!(response.text().await.unwrap(), "");
    status
}

#[tokio::test]
async fn revoking_a_refresh_token_revokes_its_grant() {
    let provider = Provider::start().await;
    let first = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    let second: Value = provider.refresh(first["refresh_token"].as_str().unwrap()).await.json().await.unwrap();
    // The same claims signed twice within a second give the same token, so the clock must advance.
    provider.advance(TimeDelta::seconds(1));
    let other = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;

    assert_eq!(revoke(&provider, second["refresh_token"].as_str().unwrap()).await, StatusCode::OK);
    let refused = provider.refresh(second["refresh_token"].as_str().unwrap()).await;
    assert_token_error(refused, 403, "invalid_grant", BAD_REFRESH).await;
    for tokens in [&first, &second] {
        let userinfo = provider.userinfo(tokens["access_token"].as_str().unwrap()).await;
        assert_eq!(userinfo.status(), StatusCode::UNAUTHORIZED);
    }
    let untouched = provider.refresh(other["refresh_token"].as_str().unwrap()).await;
    assert_eq!(untouched.status(), StatusCode::OK, "another sign-in is another grant");
}

#[tokio::test]
async fn revoking_an_exchanged_refresh_token_revokes_its_family() {
    let provider = Provider::start().await;
    let first = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    let second: Value = provider.refresh(first["refresh_token"].as_str().unwrap()).await.json().await.unwrap();
    assert_eq!(revoke(&provider, first["refresh_token"].as_str().unwrap()).await, StatusCode::OK);
    let refused = provider.refresh(second["refresh_token"].as_str().unwrap()).await;
    assert_token_error(refused, 403, "invalid_grant", BAD_REFRESH).await;
}

#[tokio::test]
async fn unknown_and_access_tokens_are_ignored() {
    let provider = Provider::start().await;
    let tokens = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    let access_token = tokens["access_token"].as_str().unwrap();
    for token in ["nonsense", access_token] {
        assert_eq!(revoke(&provider, token).await, StatusCode::OK);
    }
    assert_eq!(revoke(&provider, tokens["refresh_token"].as_str().unwrap()).await, StatusCode::OK);
    assert_eq!(revoke(&provider, tokens["refresh_token"].as_str().unwrap()).await, StatusCode::OK, "twice");
}

#[tokio::test]
async fn only_its_client_revokes_a_token() {
    let provider = Provider::start().await;
    let tokens = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    let token = ("token", tokens["refresh_token"].as_str().unwrap());
    let response = provider.post_form("oauth/revoke", &[("client_id", "spa"), token]).await;
    assert_token_error(response, 400, "invalid_request", "The token was not issued to this client.").await;
    let response = provider.post_form("oauth/revoke", &[("client_id", "web"), token]).await;
    assert_token_error(response, 401, "access_denied", "Unauthorized").await;
    assert_eq!(provider.refresh(token.1).await.status(), StatusCode::OK, "nothing was revoked");
}

#[tokio::test]
async fn a_revocation_may_be_json_and_must_name_a_token() {
    let provider = Provider::start().await;
    let tokens = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    let address = format!("{}oauth/revoke", provider.issuer);
    let body = json!({"client_id": "web", "client_secret": SECRET, "token": tokens["refresh_token"]});
    let response = reqwest::Client::new().post(&address).json(&body).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let refused = provider.refresh(tokens["refresh_token"].as_str().unwrap()).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);

    let form = [("client_id", "web"), ("client_secret", SECRET)];
    let response = provider.post_form("oauth/revoke", &form).await;
    assert_token_error(response, 400, "invalid_request", "Missing required parameter: token").await;
    let twice = [&form[..], &[("token", "a"), ("token", "b")]].concat();
    let response = provider.post_form("oauth/revoke", &twice).await;
    let description = "Parameter 'token' must not be sent more than once.";
    assert_token_error(response, 400, "invalid_request", description).await;
    let response = reqwest::Client::new().post(&address).header("content-type", "application/json").body("[");
    let response = response.send().await.unwrap();
    assert_token_error(response, 400, "invalid_request", "The body is not a JSON object.").await;
}
