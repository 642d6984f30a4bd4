//! `/u/signup`

use reqwest::StatusCode;
use serde_json::Value;

use crate::support::{ABC, Provider, assert_refused, code};

fn form<'a>(state: &'a str, name: &'a str, email: &'a str, password: &'a str) -> [(&'a str, &'a str); 4] {
    [("state", state), ("name", name), ("email", email), ("password", password)]
}

#[tokio::test]
async fn a_new_person_signs_up_and_is_signed_in() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
    let response = browser.post("u/signup", &form(&state, " Åsa Ek ", "Asa@Example.com", "correct horse")).await;
    let tokens: Value = provider.redeem(&code(&response)).await.json().await.unwrap();
    let id = provider.claims(tokens["id_token"].as_str().unwrap()).await;
    assert_eq!((id["name"].as_str(), id["email"].as_str()), (Some("Åsa Ek"), Some("asa@example.com")));
    assert_eq!(id["email_verified"], false);
    code(&browser.authorize(&[("prompt", "none")]).await);
}

#[tokio::test]
async fn each_field_says_what_is_wrong_with_it() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
    let response = browser.post("u/signup", &form(&state, " ", "nobody", "short")).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = response.text().await.unwrap();
    for field in ["name", "email", "password"] {
        assert!(page.contains(&format!("id=\"{field}-error\"")), "{field}");
    }
    assert!(page.contains("value=\"nobody\""), "what was typed is kept");
    assert!(!page.contains("value=\"short\""), "but not a password");
}

#[tokio::test]
async fn an_address_that_is_taken_is_not_confirmed_in_so_many_words() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/signup", &[("screen_hint", "signup"), ("organization", ABC)]).await;
    let response = browser.post("u/signup", &form(&state, "Not Joe", "joe@example.com", "another password")).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert!(response.text().await.unwrap().contains("This account could not be created."));
    code(&browser.post("u/signup", &form(&state, "Joe", "joe@example.com", "tessera-demo")).await);
}

#[tokio::test]
async fn signing_up_makes_nobody_a_member() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/signup", &[("screen_hint", "signup"), ("organization", ABC)]).await;
    let response = browser.post("u/signup", &form(&state, "Eve", "eve@example.com", "correct horse")).await;
    let told = crate::support::callback(&response);
    let user = told["error_description"].split(' ').nth(1).unwrap();
    assert_refused(&response, "access_denied", &format!("user {user} is not part of the {ABC} organization"));
}

#[tokio::test]
async fn one_address_opens_only_so_many_accounts() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/signup", &[("screen_hint", "signup")]).await;
    for _ in 0..30 {
        let taken = browser.post("u/signup", &form(&state, "A", "joe@example.com", "another password")).await;
        assert_eq!(taken.status(), StatusCode::BAD_REQUEST);
    }
    let response = browser.post("u/signup", &form(&state, "A", "new@example.com", "another password")).await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(response.headers()["retry-after"], "900");
}
