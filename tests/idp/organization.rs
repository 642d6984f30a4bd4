//! The parameter `organization`, and the pages that ask for an organization.

use reqwest::StatusCode;
use serde_json::Value;

use crate::support::{
    ABC, ACME, CALLBACK, JOE, Provider, SECRET, VERIFIER, XYZ, assert_refused, code, location, page_state,
};

#[tokio::test]
async fn an_organization_must_be_allowed_for_the_client() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    for (client, organization, description) in [
        ("denies", ABC, "parameter organization is not allowed for this client"),
        ("requires", "", "parameter organization is required for this client"),
        ("web", "abc-inc", "authorization request parameter organization must be an organization id"),
        ("web", "ABC Inc", "authorization request parameter organization must be an organization id"),
        ("web", "org_x", "parameter organization is invalid: org_x"),
    ] {
        let response = browser.authorize(&[("client_id", client), ("organization", organization)]).await;
        assert_refused(&response, "invalid_request", description);
    }
}

#[tokio::test]
async fn a_name_is_accepted_when_names_are_allowed() {
    let provider = Provider::start_with(|config| config.allow_organization_names = true).await;
    let browser = provider.browser();
    let long = "a".repeat(51);
    let charset =
        "organization must only contain lowercase characters, '-' and '_', and start and end with a letter or number";
    for (organization, description) in [
        (long.as_str(), "organization name must have between 1 and 50 characters"),
        ("ABC-Inc", charset),
        ("-abc", charset),
        ("nowhere", "parameter organization is invalid: nowhere"),
        ("org_x", "parameter organization is invalid: org_x"),
        (" abc-inc", "authorization request parameter organization must be an organization id or name"),
    ] {
        let response = browser.authorize(&[("organization", organization)]).await;
        assert_refused(&response, "invalid_request", description);
    }
    browser.code("joe@example.com", &[("organization", "abc-inc")]).await;
}

#[tokio::test]
async fn the_picker_offers_the_persons_organizations_and_none_of_them() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[]).await;
    let picked = browser.log_in(&state, "joe@example.com").await;
    assert_eq!(page_state(&picked, "/u/organization"), state);
    let page = browser.get(location(&picked)).await.text().await.unwrap();
    for expected in ["Choose an organization", "ABC Inc", "XYZ Travel", "Continue without an organization"] {
        assert!(page.contains(expected), "{expected}");
    }
    assert!(!page.contains("Acme Corp"));

    let code = code(&browser.post("u/organization", &[("state", &state), ("organization", XYZ)]).await);
    let tokens: Value = provider.redeem(&code).await.json().await.unwrap();
    assert_eq!(provider.claims(tokens["id_token"].as_str().unwrap()).await["org_id"], XYZ);
}

#[tokio::test]
async fn a_single_organization_is_offered_and_can_be_skipped() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[]).await;
    page_state(&browser.log_in(&state, "alice@acme.example").await, "/u/organization");
    let code = code(&browser.post("u/organization", &[("state", &state)]).await);
    let tokens: Value = provider.redeem(&code).await.json().await.unwrap();
    assert_eq!(provider.claims(tokens["id_token"].as_str().unwrap()).await.get("org_id"), None);

    // A signed-in user gets the picker without the login page.
    browser.begin("/u/organization", &[]).await;
}

#[tokio::test]
async fn an_organization_of_others_cannot_be_picked() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[]).await;
    browser.log_in(&state, "joe@example.com").await;
    let response = browser.post("u/organization", &[("state", &state), ("organization", ACME)]).await;
    let description = format!("user {JOE} is not part of the {ACME} organization");
    assert_refused(&response, "access_denied", &description);
}

#[tokio::test]
async fn the_picker_needs_the_sign_in_of_its_own_tab() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let joes = browser.begin("/u/login", &[]).await;
    browser.log_in(&joes, "joe@example.com").await;
    let carols = browser.begin("/u/login", &[("prompt", "login")]).await;
    page_state(&browser.log_in(&carols, "carol@example.com").await, "/u/organization");

    let response = browser.post("u/organization", &[("state", &joes), ("organization", ABC)]).await;
    assert_eq!(page_state(&response, "/u/login"), joes);
    let unauthenticated = browser.begin("/u/login", &[("prompt", "login")]).await;
    let response = browser.post("u/organization", &[("state", &unauthenticated), ("organization", ABC)]).await;
    page_state(&response, "/u/login");
}

#[tokio::test]
async fn a_client_that_requires_one_refuses_people_without() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/login", &[("client_id", "asks-after")]).await;
    let response = browser.log_in(&state, "nina@example.com").await;
    let description = "user auth0|d00000000000000000000006 is not part of any organization";
    assert_refused(&response, "access_denied", description);

    let browser = provider.browser();
    let state = browser.begin("/u/login", &[("client_id", "asks-after")]).await;
    browser.log_in(&state, "joe@example.com").await;
    let skipped = browser.post("u/organization", &[("state", &state)]).await;
    assert_eq!(skipped.status(), StatusCode::OK, "the picker cannot be skipped");
    assert!(!skipped.text().await.unwrap().contains("Continue without"));
}

#[tokio::test]
async fn a_client_may_ask_for_the_name_before_the_sign_in() {
    let provider = Provider::start().await;
    let browser = provider.browser();
    let state = browser.begin("/u/organization-name", &[("client_id", "asks-first")]).await;
    let page = browser.get(&format!("u/organization-name?state={state}")).await.text().await.unwrap();
    assert!(page.contains("Organization name") && !page.contains("ABC Inc"));

    let unknown = browser.post("u/organization-name", &[("state", &state), ("organization_name", "nowhere")]).await;
    assert_eq!(unknown.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let named = browser.post("u/organization-name", &[("state", &state), ("organization_name", " ABC-Inc")]).await;
    assert_eq!(page_state(&named, "/u/login"), state);
    let page = browser.get(location(&named)).await.text().await.unwrap();
    assert!(page.contains("Sign in to ABC Inc"));

    let code = code(&browser.log_in(&state, "joe@example.com").await);
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "asks-first"),
        ("client_secret", SECRET),
        ("code", &code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let tokens: Value = provider.post_form("oauth/token", &form).await.json().await.unwrap();
    assert_eq!(provider.claims(tokens["id_token"].as_str().unwrap()).await["org_id"], ABC);
}

#[tokio::test]
async fn the_requested_organization_cannot_be_changed() {
    let provider = Provider::start().await;
    for (client, organization) in [("web", ABC), ("requires", ABC), ("denies", "")] {
        let browser = provider.browser();
        let state = browser.begin("/u/login", &[("client_id", client), ("organization", organization)]).await;
        let named = [("state", state.as_str()), ("organization_name", "xyz-travel")];
        assert_eq!(page_state(&browser.post("u/organization-name", &named).await, "/u/login"), state);
        let shown = browser.get(&format!("u/organization-name?state={state}")).await;
        assert_eq!(page_state(&shown, "/u/login"), state);
        let chosen = [("state", state.as_str()), ("organization", XYZ)];
        assert_eq!(page_state(&browser.post("u/organization", &chosen).await, "/u/login"), state);
    }
}
