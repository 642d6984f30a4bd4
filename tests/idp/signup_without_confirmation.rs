//! `/u/signup` without email confirmation, as in Auth0.

use chrono::TimeDelta;
use reqwest::StatusCode;
use serde_json::Value;

use crate::support::{ABC, PASSWORD, Provider, code, location};

/// Starts a provider with immediate sign-up.
async fn start() -> Provider {
    let provider = Provider::start().await;
    let new = provider.idp.reset_administrator().await.unwrap();
    let console = provider.browser();
    console.post("console/sign-in", &[("name", new.name), ("password", &new.password)]).await;
    let saved = console.post("console/settings", &[("sign_up_at_once", "on")]).await;
    assert_eq!(location(&saved), "/console/settings?saved=yes");
    let page = console.get("console/settings").await.text().await.unwrap();
    assert!(page.contains("name=\"sign_up_at_once\" value=\"on\" checked"), "{page}");
    provider
}

#[tokio::test]
async fn a_new_person_signs_up_and_is_signed_in() {
    let provider = start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
    let response = browser.sign_up(&state, " Åsa Ek ", "Asa@Example.com", "correct horse").await;
    let tokens: Value = provider.redeem(&code(&response)).await.json().await.unwrap();
    let id = provider.claims(tokens["id_token"].as_str().unwrap()).await;
    assert_eq!((id["name"].as_str(), id["email"].as_str()), (Some("Åsa Ek"), Some("asa@example.com")));
    assert_eq!(id["email_verified"], false);
    code(&browser.authorize(&[("prompt", "none")]).await);
    assert_eq!(provider.mail_to("asa@example.com").await.subject, "Confirm your email address for Tessera");
}

#[tokio::test]
async fn a_taken_address_is_not_revealed() {
    let provider = start().await;
    provider.open_organizations().await;
    let browser = provider.browser();
    provider.give_joe_a_password().await;
    let state = browser.begin("/u/signup", &[("screen_hint", "signup"), ("organization", ABC)]).await;
    for _ in 0..7 {
        let response = browser.sign_up(&state, "Not Joe", "joe@example.com", "another password").await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        assert!(response.text().await.unwrap().contains("This account could not be created."));
        provider.advance(TimeDelta::minutes(1));
    }
    assert_eq!(provider.mail_to("joe@example.com").await.subject, "You already have an account for ABC Inc");
    let (mails,): (i64,) = provider.row("SELECT COUNT(*) FROM mails").await;
    assert_eq!(mails, 5, "mails to one address are limited");
    code(&browser.sign_up(&state, "Joe", "joe@example.com", PASSWORD).await);
}

#[tokio::test]
async fn password_attempts_count_towards_the_sign_in_limit() {
    let provider = start().await;
    provider.open_organizations().await;
    let browser = provider.browser();
    provider.give_joe_a_password().await;
    let state = browser.begin("/u/signup", &[("screen_hint", "signup"), ("organization", ABC)]).await;
    for _ in 0..10 {
        browser.sign_up(&state, "Not Joe", "joe@example.com", "another password").await;
    }
    let late = browser.sign_up(&state, "Joe", "joe@example.com", PASSWORD).await;
    assert_eq!(late.status(), StatusCode::BAD_REQUEST, "even the right password has to wait");
    assert_eq!(browser.log_in(&state, "joe@example.com").await.status(), StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn signing_up_for_an_open_organization_makes_a_member() {
    let provider = start().await;
    provider.open_organizations().await;
    let browser = provider.browser();
    let state = browser.begin("/u/signup", &[("screen_hint", "signup"), ("organization", ABC)]).await;
    let response = browser.sign_up(&state, "Eve", "eve@example.com", "correct horse").await;
    let tokens: Value = provider.redeem(&code(&response)).await.json().await.unwrap();
    assert_eq!(provider.claims(tokens["id_token"].as_str().unwrap()).await["org_id"], ABC);
}
