//! Invitations, from the link to the membership.

use std::collections::HashMap;

use chrono::TimeDelta;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{ABC, ACME, Browser, Provider, assert_refused, code};

const GONE: &str = "invitation not found or already used";

/// The parameters of an invitation's link.
async fn invite(provider: &Provider, email: &str, roles: &[&str]) -> HashMap<String, String> {
    let invitation = provider.idp.invite("abc-inc", email, "Carol Castro", roles).await.unwrap();
    let url = url::Url::parse(&invitation.url).unwrap();
    assert!(invitation.url.starts_with("http://app.example/login?invitation="), "{url}");
    let parameters: HashMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!((parameters["organization"].as_str(), parameters["organization_name"].as_str()), (ABC, "abc-inc"));
    assert_eq!(parameters["invitation"].len(), 32);
    parameters
}

/// Opens the page as the application would, having received the link.
async fn open(browser: &Browser, link: &HashMap<String, String>) -> Response {
    browser.authorize(&[("invitation", &link["invitation"]), ("organization", ABC)]).await
}

async fn open_page(browser: &Browser, link: &HashMap<String, String>) -> (String, String) {
    let state = crate::support::page_state(&open(browser, link).await, "/u/invitation");
    let page = browser.get(&format!("u/invitation?state={state}")).await.text().await.unwrap();
    (state, page)
}

#[tokio::test]
async fn a_new_person_accepts_with_a_name_and_a_password() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let link = invite(&provider, "New@Example.com", &["admin"]).await;
    let (state, page) = open_page(&browser, &link).await;
    for expected in ["Join ABC Inc", "Carol Castro", "new@example.com", "id=\"name\"", "Accept invitation"] {
        assert!(page.contains(expected), "{expected}");
    }
    let incomplete = browser.post("u/invitation", &[("state", &state), ("name", ""), ("password", "short")]).await;
    assert_eq!(incomplete.status(), StatusCode::UNPROCESSABLE_ENTITY);

    let form = [("state", state.as_str()), ("name", "Nell New"), ("password", "correct horse")];
    let tokens: Value = provider.redeem(&code(&browser.post("u/invitation", &form).await)).await.json().await.unwrap();
    let id = provider.claims(tokens["id_token"].as_str().unwrap()).await;
    assert_eq!((&id["email"], &id["email_verified"]), (&json!("new@example.com"), &json!(true)));
    assert_eq!((&id["name"], &id["org_id"]), (&json!("Nell New"), &json!(ABC)));
    let access = provider.claims(tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(access["permissions"].as_array().unwrap().len(), 11);

    assert_refused(&open(&browser, &link).await, "invalid_request", GONE);
    code(&browser.authorize(&[("organization", ABC)]).await);
}

#[tokio::test]
async fn an_existing_person_accepts_with_their_password() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let link = invite(&provider, "nina@example.com", &["viewer", "member"]).await;
    let (state, page) = open_page(&browser, &link).await;
    assert!(!page.contains("id=\"name\""), "the name is known");

    let wrong = browser.post("u/invitation", &[("state", &state), ("password", "not it")]).await;
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
    assert!(wrong.text().await.unwrap().contains("Wrong password."));
    let accepted = browser.post("u/invitation", &[("state", &state), ("password", "tessera-demo")]).await;
    let tokens: Value = provider.redeem(&code(&accepted)).await.json().await.unwrap();
    let access = provider.claims(tokens["access_token"].as_str().unwrap()).await;
    let expected = json!(["read:members", "read:projects", "read:tasks", "write:projects", "write:tasks"]);
    assert_eq!(access["permissions"], expected, "both roles together");
}

#[tokio::test]
async fn the_page_asks_whoever_is_signed_in() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    browser.code("joe@example.com", &[("organization", ABC)]).await;
    let link = invite(&provider, "nina@example.com", &["member"]).await;
    let (state, page) = open_page(&browser, &link).await;
    assert!(page.contains("nina@example.com") && !page.contains("joe@example.com"));
    let accepted = browser.post("u/invitation", &[("state", &state), ("password", "tessera-demo")]).await;
    let tokens: Value = provider.redeem(&code(&accepted)).await.json().await.unwrap();
    let id = provider.claims(tokens["id_token"].as_str().unwrap()).await;
    assert_eq!(id["email"], "nina@example.com", "the invited person's session takes the other's place");
}

#[tokio::test]
async fn two_tabs_accept_once() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let link = invite(&provider, "nina@example.com", &["member"]).await;
    let (first, _) = open_page(&browser, &link).await;
    let (second, _) = open_page(&browser, &link).await;
    code(&browser.post("u/invitation", &[("state", &first), ("password", "tessera-demo")]).await);
    let late = browser.post("u/invitation", &[("state", &second), ("password", "tessera-demo")]).await;
    assert_refused(&late, "invalid_request", GONE);
}

#[tokio::test]
async fn an_invitation_waits_for_a_week() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let link = invite(&provider, "nina@example.com", &["member"]).await;
    provider.advance(TimeDelta::days(7) - TimeDelta::minutes(1));
    let (state, _) = open_page(&browser, &link).await;
    provider.advance(TimeDelta::minutes(1));
    assert_refused(&open(&browser, &link).await, "invalid_request", GONE);
    let late = browser.post("u/invitation", &[("state", &state), ("password", "tessera-demo")]).await;
    assert_refused(&late, "invalid_request", GONE);
}

#[tokio::test]
async fn a_ticket_fits_its_client_its_organization_and_its_roles() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let link = invite(&provider, "nina@example.com", &["viewer"]).await;
    let ticket = ("invitation", link["invitation"].as_str());
    let unknown = browser.authorize(&[("invitation", "nothing"), ("organization", ABC)]).await;
    assert_refused(&unknown, "invalid_request", GONE);
    let other_client = browser.authorize(&[ticket, ("organization", ABC), ("client_id", "requires")]).await;
    assert_refused(&other_client, "invalid_request", "invalid invitation ticket (client_id mismatch)");
    for organization in [ACME, ""] {
        let response = browser.authorize(&[ticket, ("organization", organization)]).await;
        assert_refused(&response, "invalid_request", "invalid invitation ticket (organization mismatch)");
    }
    let silent = browser.authorize(&[ticket, ("organization", ABC), ("prompt", "none")]).await;
    assert_refused(&silent, "interaction_required", "Interaction required");

    provider.sql("DELETE FROM roles WHERE name = 'viewer'").await;
    let response = open(&browser, &link).await;
    let told = crate::support::callback(&response);
    assert!(told["error_description"].starts_with("invalid invitation ticket (unknown roles: rol_"), "{told:?}");
}

#[tokio::test]
async fn an_invited_login_cannot_go_around_its_page() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let link = invite(&provider, "nina@example.com", &["member"]).await;
    let (state, _) = open_page(&browser, &link).await;
    let response = browser.log_in(&state, "joe@example.com").await;
    assert_eq!(crate::support::page_state(&response, "/u/invitation"), state);
}

#[tokio::test]
async fn an_invitation_names_what_is_there() {
    let provider = Provider::start().await;
    let idp = &provider.idp;
    assert!(idp.invite("nowhere", "a@b.example", "Carol", &[]).await.is_err());
    assert!(idp.invite("abc-inc", "a@b.example", "Carol", &["king"]).await.is_err());
    assert!(idp.invite("abc-inc", "not an address", "Carol", &[]).await.is_err());
}
