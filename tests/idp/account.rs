//! `/u/account`, and sign-ins of blocked users.

use chrono::TimeDelta;
use reqwest::StatusCode;

use crate::support::{ABC, Provider, assert_refused, assert_token_error, code, page_state};

const CHOOSE: [(&str, &str); 2] = [("organization", ABC), ("prompt", "select_account")];

#[tokio::test]
async fn the_signed_in_account_is_offered() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    browser.begin("/u/login", &CHOOSE).await;
    browser.code("joe@example.com", &[("organization", ABC)]).await;
    let state = browser.begin("/u/account", &CHOOSE).await;
    let page = browser.get(&format!("u/account?state={state}")).await.text().await.unwrap();
    for words in ["joe@example.com", "Joe Jensen", "Use another account"] {
        assert!(page.contains(words), "{words} is not in {page}");
    }
    code(&browser.post("u/account", &[("state", &state)]).await);

    let state = browser.begin("/u/account", &CHOOSE).await;
    code(&browser.log_in(&state, "carol@example.com").await);
}

#[tokio::test]
async fn choosing_an_account_does_not_bypass_a_required_sign_in() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    browser.code("joe@example.com", &[("organization", ABC)]).await;
    let both = [("organization", ABC), ("prompt", "login select_account")];
    let state = browser.begin("/u/login", &both).await;
    page_state(&browser.post("u/account", &[("state", &state)]).await, "/u/login");

    let recent = [CHOOSE[0], CHOOSE[1], ("max_age", "60")];
    let state = browser.begin("/u/account", &recent).await;
    provider.advance(TimeDelta::seconds(61));
    page_state(&browser.post("u/account", &[("state", &state)]).await, "/u/login");
    browser.begin("/u/login", &recent).await;

    let state = browser.begin("/u/account", &CHOOSE).await;
    let form = [("state", state.as_str())];
    assert_eq!(browser.post_from("http://evil.example", "u/account", &form).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(provider.browser().post("u/account", &form).await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_blocked_user_cannot_continue() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let unredeemed = browser.code("joe@example.com", &[("organization", ABC)]).await;
    let tokens = provider.sign_in("joe@example.com", &[("organization", ABC)]).await;
    provider.sql("UPDATE users SET blocked = TRUE WHERE email = 'joe@example.com'").await;

    let state = provider.browser();
    let begun = state.begin("/u/login", &[("organization", ABC)]).await;
    assert_refused(&state.log_in(&begun, "joe@example.com").await, "unauthorized", "user is blocked");
    let signed_in = browser.authorize(&[("organization", ABC), ("prompt", "none")]).await;
    assert_refused(&signed_in, "unauthorized", "user is blocked");
    let refused = provider.refresh(tokens["refresh_token"].as_str().unwrap()).await;
    assert_token_error(refused, 403, "unauthorized", "user is blocked").await;
    assert_token_error(provider.redeem(&unredeemed).await, 403, "unauthorized", "user is blocked").await;
    let userinfo = provider.userinfo(tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(userinfo.status(), StatusCode::UNAUTHORIZED);
}
